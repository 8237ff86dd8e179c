import {
  createTransformation,
  getTransformation,
  listTransformations,
  replaceTransformation,
} from '#contracts/transformations';
import { call, refetch } from '../../../api.ts';
import { ApiError } from '../../../api-error.ts';
import type { DocumentServer } from '../model/autosave.ts';
import type { EditorDocument } from '../model/editor-store.ts';

function bodyOf(document: EditorDocument) {
  return {
    name: document.name.trim() || 'Untitled transformation',
    recipe: { steps: [...document.steps] },
    ...(document.outputTableName === null ? {} : { output_table_name: document.outputTableName }),
  };
}

/** Autosave's server: the API. */
export const documentServer: DocumentServer = {
  async create(document) {
    const created = await call(createTransformation, { body: bodyOf(document) });
    void refetch(listTransformations);
    return created;
  },
  async save(id, document, expectedVersion) {
    const version = expectedVersion ?? (await call(getTransformation, { params: { id } })).version;
    return call(replaceTransformation, {
      params: { id },
      body: { ...bodyOf(document), expected_version: version },
    });
  },
  read: (id) => call(getTransformation, { params: { id } }),
  isConflict: (error) => error instanceof ApiError && error.status === 409 && error.code === 'conflict',
  isTransient: (error) => error instanceof ApiError && error.isTransient,
};
