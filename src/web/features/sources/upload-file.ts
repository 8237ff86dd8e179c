import { createUpload, type Upload } from '#contracts/sources';
import { ApiError } from '../../api-error.ts';
import { refreshSession, sessionHeaders, urlOf } from '../../api.ts';
import type { Problem } from '#contracts/primitives';

/**
 * Sends a file to `POST /uploads`. XMLHttpRequest and not fetch, since only it tells how much has been sent.
 *
 * @param onProgress called with 0–1
 * @throws ApiError; the signal's reason when aborted
 */
export async function uploadFile(
  file: File,
  { onProgress, signal }: { readonly onProgress: (fraction: number) => void; readonly signal: AbortSignal },
): Promise<Upload> {
  try {
    return await send(file, onProgress, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    await refreshSession();
    return send(file, onProgress, signal);
  }
}

function send(file: File, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    });
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) {
        reject(signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled', 'AbortError'));
      } else if (request.status >= 200 && request.status < 300) {
        // The contract of the operation says what a success holds.
        resolve(request.response as Upload);
      } else reject(errorOf(request));
    });
    request.open(createUpload.method, urlOf(createUpload.path));
    for (const [name, value] of Object.entries(sessionHeaders())) request.setRequestHeader(name, value);
    request.responseType = 'json';
    const form = new FormData();
    form.set('file', file, file.name);
    request.send(form);
  });
}

function errorOf(request: XMLHttpRequest): ApiError {
  const body: unknown = request.response;
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {};
  return new ApiError({ ...problem, status: request.status });
}
