import {
  beginUpload,
  cancelUpload,
  finishUpload,
  getUploadState,
  sendPiece,
  uploadState,
} from '#contracts/resumable-uploads';
import { createUpload, upload as uploadSchema, type Upload } from '#contracts/sources';
import { ApiError } from '../../api-error.ts';
import { call, urlOf } from '../../api.ts';
import { reasonOf, sendForm } from './send-form.ts';
import { UploadMeter, type UploadProgress } from './upload-meter.ts';

interface UploadOptions {
  readonly onProgress: (progress: UploadProgress) => void;
  readonly signal: AbortSignal;
}

/** Larger files come in pieces of this size, and go on where they stopped. */
const pieceBytes = 8 * 1024 ** 2;
const maxWaitMs = 15_000;
/** So long a file waits for the connection or the server: time to walk to where there is a signal. */
const maxTries = 240;

/**
 * Sends a file.
 *
 * A large file is remembered by its name, size and date until it is whole: chosen again, after the page was closed or
 * the computer was turned off, it goes on where it stopped.
 *
 * @throws ApiError; the signal's reason when aborted
 */
export async function uploadFile(file: File, options: UploadOptions): Promise<Upload> {
  const meter = new UploadMeter(file.size, options.onProgress);
  if (file.size <= pieceBytes) {
    const sent = await sendForm({
      method: createUpload.method,
      url: urlOf(createUpload.path),
      file,
      signal: options.signal,
      onSent: (bytes) => meter.sent(bytes),
    });
    return uploadSchema.parse(sent);
  }
  return uploadInPieces(file, meter, options.signal);
}

async function uploadInPieces(file: File, meter: UploadMeter, signal: AbortSignal): Promise<Upload> {
  const { id, offset: start } = await continued(file, signal);
  meter.begin(start);
  let offset = start;
  let tries = 0;
  try {
    while (offset < file.size) {
      try {
        const url = urlOf(sendPiece.path, { id }, { offset });
        const from = offset;
        const piece = file.slice(from, from + pieceBytes);
        const state = await sendForm({
          method: sendPiece.method,
          url,
          file: piece,
          signal,
          onSent: (bytes) => meter.sent(Math.min(from + bytes, from + piece.size)),
        });
        ({ offset } = uploadState.parse(state));
        tries = 0;
      } catch (error) {
        signal.throwIfAborted();
        tries += 1;
        if (!isPassing(error) || tries > maxTries) throw error;
        meter.wait(offset);
        await pause(Math.min(500 * 2 ** Math.min(tries, 5), maxWaitMs), signal);
        offset = (await stateOf(id, signal)) ?? offset;
      }
      meter.sent(offset);
    }
    const whole = await call(finishUpload, { params: { id } }, { signal });
    forget(file);
    return whole;
  } catch (error) {
    if (signal.aborted) {
      forget(file);
      // What is left on the server goes by itself after some days, if it cannot be reached now.
      void call(cancelUpload, { params: { id } }).catch(() => undefined);
    } else if (error instanceof ApiError && error.status >= 400 && error.status < 500) forget(file);
    throw error;
  }
}

/** An upload of the same file that was interrupted, else a new one. */
async function continued(
  file: File,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly offset: number }> {
  const known = remembered(file);
  if (known !== null) {
    try {
      const state = await call(getUploadState, { params: { id: known } }, { signal });
      if (state.size_bytes === file.size) return state;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
  const begun = await call(beginUpload, { body: { filename: file.name, size_bytes: file.size } }, { signal });
  remember(file, begun.id);
  return begun;
}

async function stateOf(id: string, signal: AbortSignal): Promise<number | null> {
  try {
    return (await call(getUploadState, { params: { id } }, { signal })).offset;
  } catch (error) {
    if (signal.aborted || !isPassing(error)) throw error;
    return null;
  }
}

/** No connection, a server that starts anew, a piece that arrived although its answer did not. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 0 ||
      error.status === 409 ||
      error.status === 408 ||
      error.status === 429 ||
      error.status >= 500)
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener('online', done);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      done();
      reject(reasonOf(signal));
    };
    const timer = setTimeout(done, milliseconds);
    globalThis.addEventListener('online', done, { once: true });
    signal.addEventListener('abort', stop, { once: true });
  });
}

const storageKey = (file: File) => `dalgo-upload:${file.name}:${file.size}:${file.lastModified}`;

function remembered(file: File): string | null {
  try {
    return localStorage.getItem(storageKey(file));
  } catch {
    // Storage is off in some browsers: then a file that is chosen again begins anew.
    return null;
  }
}

function remember(file: File, id: string): void {
  try {
    localStorage.setItem(storageKey(file), id);
  } catch {
    // As above.
  }
}

function forget(file: File): void {
  try {
    localStorage.removeItem(storageKey(file));
  } catch {
    // As above.
  }
}
