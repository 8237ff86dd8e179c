import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type FileAddition,
  fileConfig,
  type FileConfig,
  type SourceType,
  type SourceTypeInfo,
} from '#contracts/sources';
import { AppError } from '#platform/errors';
import { type AddedRecords, withAddedRecords } from '../files/add-records.ts';
import { openRecords } from '../files/open-records.ts';
import { prepareFile, prepareRows } from '../files/prepare-file.ts';
import type { AddedFile, Connector, ConnectorContext } from '../port.ts';
import { parseSettings } from './parse-settings.ts';

/**
 * A kind of file that was uploaded. Each reads whatever the file's content is, so that a source goes on when its next
 * file is saved in another format.
 */
export function fileConnector(
  type: SourceType,
  info: Pick<SourceTypeInfo, 'title' | 'description' | 'icon'>,
): Connector<FileConfig> {
  return {
    type,
    info: {
      ...info,
      category: 'file',
      spec: {
        ...z.toJSONSchema(fileConfig, { io: 'input' }),
        title: info.title,
        'x-order': ['upload_id', 'options', 'additions'],
        'x-help': {
          upload_id: 'The file, as POST /uploads answered it.',
          options: 'What is absent is detected.',
          additions: 'Files whose rows come to those of the first one.',
        },
      },
    },
    capabilities: { delivers: 'file', incremental: false, manyStreams: false },
    parseConfig: (config) => parseSettings(fileConfig, config),
    check: async (context, settings) => {
      for (const file of [settings, ...(settings.additions ?? [])]) await context.findUpload(file.upload_id);
    },
    discover: async (context, settings) => {
      const { filename } = await context.findUpload(settings.upload_id);
      return [{ name: 'file', title: filename }];
    },
    open: async (context, settings, _stream, signal) => {
      const { path, filename } = await context.findUpload(settings.upload_id);
      const prepared = await prepareFile(path, settings.options, signal);
      if (prepared.records !== null) {
        const base = await openRecords(prepared.path, prepared.records, settings.options, signal);
        const added: AddedRecords[] = [];
        for (const addition of settings.additions ?? [])
          added.push(await openAddedRecords(context, addition, signal));
        return withAddedRecords(base, added, signal);
      }
      const { upload_id, options } = settings;
      return {
        kind: 'csv_file',
        path: prepared.path,
        filename,
        options: prepared.options,
        fingerprint: fingerprintOf({ upload_id, options }),
        additions: (settings.additions ?? []).map((addition) => openLater(context, addition, signal)),
      };
    },
  };
}

function openLater(context: ConnectorContext, addition: FileAddition, signal: AbortSignal): AddedFile {
  return {
    fingerprint: fingerprintOf(addition),
    addition,
    open: async () => {
      const { path } = await context.findUpload(addition.upload_id);
      return prepareRows(path, addition.options, signal);
    },
  };
}

async function openAddedRecords(
  context: ConnectorContext,
  addition: FileAddition,
  signal: AbortSignal,
): Promise<AddedRecords> {
  const { path } = await context.findUpload(addition.upload_id);
  const prepared = await prepareFile(path, addition.options, signal);
  if (prepared.records !== null) return { path: prepared.path, format: prepared.records, addition };
  const message = 'This table is made of JSON records: choose a JSON or NDJSON file';
  throw new AppError('source_config_invalid', `${message}.`, { errors: [{ path: 'additions', message }] });
}

/** Keys in one order, since JSON of the database comes in another than that of a request. */
function fingerprintOf(value: unknown): string {
  const sorted = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(sorted);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner)
        .filter(([, one]) => one !== undefined)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, one]) => [key, sorted(one)]),
    );
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('base64url')
    .slice(0, 22);
}
