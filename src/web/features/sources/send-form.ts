import type { Problem } from '#contracts/primitives';
import { ApiError } from '../../api-error.ts';
import { refreshSession, sessionHeaders } from '../../api.ts';

interface FormToSend {
  readonly method: string;
  readonly url: string;
  /** The field "file". */
  readonly file: Blob;
  readonly signal: AbortSignal;
  /** Told how many bytes of the file have gone. */
  readonly onSent: (bytes: number) => void;
}

/**
 * Sends a file as a form, once more when the session had ended. XMLHttpRequest and not fetch, since only it tells how
 * much has been sent.
 *
 * @throws ApiError; the signal's reason when aborted
 */
export async function sendForm(form: FormToSend): Promise<unknown> {
  try {
    return await send(form);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    await refreshSession();
    return send(form);
  }
}

function send({ method, url, file, signal, onSent }: FormToSend): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onSent((loaded / total) * file.size);
    });
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(reasonOf(signal));
      else if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(errorOf(request));
    });
    request.open(method, url);
    for (const [name, value] of Object.entries(sessionHeaders())) request.setRequestHeader(name, value);
    request.responseType = 'json';
    const form = new FormData();
    form.set('file', file, file instanceof File ? file.name : 'piece');
    request.send(form);
  });
}

/** Why something was stopped, as an error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled', 'AbortError');
}

function errorOf(request: XMLHttpRequest): ApiError {
  const body: unknown = request.response;
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {};
  return new ApiError({ ...problem, status: request.status });
}
