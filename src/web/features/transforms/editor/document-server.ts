import {
  createTransformation,
  getTransformation,
  listTransformations,
  replaceTransformation,
} from '#contracts/transformations';
import { call, refetch } from '../../../api.ts';
import { ApiError } from '../../../api-error.ts';
import type { DocumentServer } from '../model/autosave.ts';
import { recipeOf } from '../model/editor-step.ts';
import type { EditorDocument } from '../model/editor-store.ts';

function nameOf(document: EditorDocument): string {
  return document.name.trim() || 'Untitled transformation';
}

/** Autosave's server: the API. */
export const documentServer: DocumentServer = {
  async create(document) {
    const created = await call(createTransformation, {
      body: {
        name: nameOf(document),
        recipe: recipeOf(document.steps),
        ...(document.outputTableName === null ? {} : { output_table_name: document.outputTableName }),
      },
    });
    void refetch(listTransformations);
    return created;
  },
  async save(id, document, saved, expectedVersion) {
    const version = expectedVersion ?? (await call(getTransformation, { params: { id } })).version;
    return call(replaceTransformation, {
      params: { id },
      body: {
        recipe: recipeOf(document.steps),
        // A name that nobody touched here may have been changed elsewhere; only versions of steps are compared.
        ...(document.name === saved?.name ? {} : { name: nameOf(document) }),
        ...(document.outputTableName === saved?.outputTableName
          ? {}
          : { output_table_name: document.outputTableName }),
        expected_version: version,
        // What a schedule runs changes when it is run or published, not while one types.
        draft: true,
      },
    });
  },
  read: (id) => call(getTransformation, { params: { id } }),
  isConflict: (error) => error instanceof ApiError && error.status === 409 && error.code === 'conflict',
  isTransient: (error) => error instanceof ApiError && error.isTransient,
};
