import { createSource, getSource, syncSource, type CsvOptions, type Source } from '#contracts/sources';
import type { Api } from './api.ts';

/** Uploads a file, makes a source of it and loads it, all by the API; for tests that are not about loading. */
export async function loadSource(
  api: Api,
  name: string,
  file: { readonly name: string; readonly content: Buffer | string },
  options?: CsvOptions,
): Promise<Source> {
  const { id: uploadId } = await api.upload({ name: file.name, content: Buffer.from(file.content) });
  const { id } = await api.call(createSource, {
    body: { name, type: 'csv', config: { upload_id: uploadId, ...(options ? { options } : {}) } },
  });
  const sync = await api.call(syncSource, { params: { id } });
  if (sync.status !== 'succeeded') throw new Error(`${name} was not loaded: ${JSON.stringify(sync)}`);
  return api.call(getSource, { params: { id } });
}
