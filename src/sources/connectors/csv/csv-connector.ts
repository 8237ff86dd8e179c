import { access, constants } from 'node:fs/promises';
import { z } from 'zod';
import { fileConfig, type FileConfig } from '#contracts/sources';
import { AppError } from '#platform/errors';
import type { UploadId } from '#platform/ids';
import type { Connector, ConnectorContext } from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import { uploadPath } from '../../uploads/upload-path.ts';

/** A delimited file that was uploaded. Its one stream is the file itself. */
export const csvConnector: Connector<FileConfig> = {
  type: 'csv',
  info: {
    title: 'CSV file',
    description: 'A table in a text file: comma, semicolon, tab or pipe separated, in any common encoding.',
    icon: 'file-spreadsheet',
    category: 'file',
    spec: {
      ...z.toJSONSchema(fileConfig, { io: 'input' }),
      title: 'CSV file',
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
  open: async (context, settings) => {
    const { path, filename } = await existingFile(context, settings);
    return { kind: 'csv_file', path, filename, options: settings.options ?? {} };
  },
};

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
