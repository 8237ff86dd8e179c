import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors';
import type { UploadedFile } from '#platform/http-route';

const MAX_NAME = 255;

/** The name alone: a browser may send a path, an attacker one that leads upwards. */
function plainName(filename: string): string {
  const name = filename.split(/[/\\]/).at(-1) ?? '';
  // Control and bidirectional override characters only ever hide what the name really is.
  const visible = name.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').trim();
  return visible === '' || /^\.+$/.test(visible) ? 'upload' : Array.from(visible).slice(0, MAX_NAME).join('');
}

/** The field `file` of a multipart request. @throws AppError unsupported_media_type, malformed_request */
export async function uploadedFile(request: FastifyRequest): Promise<UploadedFile> {
  if (!request.isMultipart()) {
    throw new AppError('unsupported_media_type', 'Send the file as multipart/form-data in the field "file".');
  }
  const part = await request.file();
  if (part === undefined || part.fieldname !== 'file') {
    part?.file.resume();
    throw new AppError('malformed_request', 'The form has no file in the field "file".');
  }
  return {
    filename: plainName(part.filename),
    stream: part.file,
    wasTruncated: () => part.file.truncated,
  };
}
