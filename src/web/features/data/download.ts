import { authorizedFetch } from '../../api.ts';

/**
 * Downloads what needs the session's token, which a plain link cannot carry. Where the browser offers a save dialog the
 * answer is streamed to disk, so that a large table does not have to fit into memory.
 *
 * @param url with `/api/v1`
 * @returns false when the person closed the dialog
 */
export async function download(url: string, filename: string): Promise<boolean> {
  const picker = pickerOf(window);
  if (picker) {
    let target: FileSystemFileHandle;
    try {
      target = await picker({ suggestedName: filename });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return false;
      throw error;
    }
    const response = await authorizedFetch(url, {});
    const writable = await target.createWritable();
    if (response.body) await response.body.pipeTo(writable);
    else await writable.close();
    return true;
  }
  const response = await authorizedFetch(url, {});
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return true;
}

type SavePicker = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;

/** The File System Access API, absent from Firefox and Safari and from pages that are not https or localhost. */
function pickerOf(scope: object): SavePicker | undefined {
  if (!('showSaveFilePicker' in scope)) return undefined;
  const { showSaveFilePicker } = scope;
  // The standard says what this function takes and gives.
  return typeof showSaveFilePicker === 'function'
    ? (showSaveFilePicker.bind(scope) as SavePicker)
    : undefined;
}

/** A name that every file system takes, with one extension also when it is the name of a file. */
export function safeFilename(name: string, extension: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are among what file systems refuse
  const safe = name.replaceAll(/[\u0000-\u001f<>:"/\\|?*]+/g, ' ').trim();
  const bare = safe.replace(/\.(csv|tsv|xlsx|xls|parquet|json|ndjson|jsonl|txt)(\.gz)?$/i, '');
  return `${bare.slice(0, 120) || 'table'}.${extension}`;
}
