import { access, constants } from 'node:fs/promises';
import { z } from 'zod';
import { fileConfig, type FileConfig, type SourceType, type SourceTypeInfo } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { UploadId } from '#platform/ids';
import { openRecords } from '../files/open-records.ts';
import { prepareFile } from '../files/prepare-file.ts';
import type { Connector, ConnectorContext } from '../port.ts';
import { uploadPath } from '../uploads/upload-path.ts';
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
        'x-order': ['upload_id', 'options'],
        'x-help': {
          upload_id: 'The file, as POST /uploads answered it.',
          options: 'What is absent is detected.',
        },
      },
    },
    capabilities: { delivers: 'file', incremental: false, manyStreams: false },
    parseConfig: (config) => parseSettings(fileConfig, config),
    check: async (context, settings) => {
      await existingFile(context, settings);
    },
    discover: async (context, settings) => {
      const { filename } = await existingFile(context, settings);
      return [{ name: 'file', title: filename }];
    },
    open: async (context, settings, _stream, signal) => {
      const { path, filename } = await existingFile(context, settings);
      const prepared = await prepareFile(path, settings.options, signal);
      if (prepared.records !== null)
        return openRecords(prepared.path, prepared.records, settings.options, signal);
      return { kind: 'csv_file', path: prepared.path, filename, options: prepared.options };
    },
  };
}

async function existingFile(context: ConnectorContext, settings: FileConfig) {
  const upload = await context.findUpload(settings.upload_id);
  const path = uploadPath(context.config, context.organizationId, upload.id as UploadId); // an id of the database
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw new AppError('upload_missing', `The uploaded file “${upload.filename}” is no longer there.`, {
      cause: error,
    });
  }
  return { path, filename: upload.filename };
}
