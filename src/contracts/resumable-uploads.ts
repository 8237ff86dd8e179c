import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, noContent } from './primitives.ts';
import { upload } from './sources.ts';

/**
 * A file in pieces, after the tus protocol: each piece says at which offset it begins, and after any interruption the
 * offset is asked for and the rest is sent. A piece that is cut off counts as far as it came.
 */
export const uploadState = z.object({
  id,
  filename: z.string(),
  /** Bytes of the whole file. */
  size_bytes: z.number().int(),
  /** Bytes that are there: the next piece begins here. */
  offset: z.number().int(),
});
export type UploadState = z.infer<typeof uploadState>;

export const beginUpload = endpoint({
  method: 'POST',
  path: '/uploads/resumable',
  summary: 'Begin an upload that comes in pieces and can be continued',
  tag: 'Sources',
  body: z.strictObject({
    filename: z.string().min(1).max(1_000),
    size_bytes: z.number().int().positive(),
  }),
  response: uploadState,
  status: 201,
});

export const getUploadState = endpoint({
  method: 'GET',
  path: '/uploads/:id/pieces',
  summary: 'How much of a file is there',
  tag: 'Sources',
  params: idParams,
  response: uploadState,
});

export const sendPiece = endpoint({
  method: 'PATCH',
  path: '/uploads/:id/pieces',
  summary: 'The next piece of a file (multipart field "file"); 409 when it does not begin at the offset',
  tag: 'Sources',
  params: idParams,
  query: z.object({ offset: z.coerce.number().int().min(0).default(0) }),
  raw: 'multipart-body',
  response: uploadState,
});

export const finishUpload = endpoint({
  method: 'POST',
  path: '/uploads/:id/finish',
  summary: 'The file is whole: answers with what was detected, before any full scan',
  tag: 'Sources',
  params: idParams,
  response: upload,
});

export const cancelUpload = endpoint({
  method: 'DELETE',
  path: '/uploads/:id',
  summary: 'Give up an upload that is not whole, and remove what is there of it',
  tag: 'Sources',
  params: idParams,
  response: noContent,
  status: 204,
});
