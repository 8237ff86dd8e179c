'use client';

import { compileRecipe } from '#contracts/transformations';
import type { Recipe } from '#contracts/recipe';
import { call } from '../../../api.ts';
import { ConfirmDialog } from '../../../ui/dialog.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useState } from 'react';
import { ejectSql } from '../model/eject-sql.ts';
import { recipeOf } from '../model/editor-step.ts';
import { useEditor } from './editor-context.tsx';

/** Turns the steps after the source into one step of SQL, which has to be understood to be changed: asked before. */
export function EjectDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, tables } = useEditor();
  const [isBusy, setBusy] = useState(false);

  async function eject() {
    setBusy(true);
    try {
      const recipe: Recipe = recipeOf(store.getState().history.present);
      const { sql } = await call(compileRecipe, { body: { recipe, dialect: 'postgres' } });
      if (sql === null) throw new Error('Some steps need a correction first.');
      const query = ejectSql(sql, tables);
      // It has to be understood before it takes the place of the steps.
      const [source] = recipe.steps;
      if (source === undefined) return;
      const next = { steps: [source, { type: 'sql' as const, query }] };
      const checked = await call(compileRecipe, { body: { recipe: next, dialect: 'postgres' } });
      const problem = checked.steps.flatMap((step) => step.errors)[0];
      if (problem !== undefined) throw new Error(problem.message);
      store.getState().eject(query);
      toast.success('The steps are SQL now', { description: 'Undo brings the steps back.' });
      onClose();
    } catch (error) {
      toast.problem(error, 'The steps could not be turned into SQL');
      setBusy(false);
    }
  }

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => void eject()}
      title="Turn the steps into SQL?"
      confirmLabel="Turn into SQL"
      isBusy={isBusy}
    >
      <p>
        All steps become one step of SQL. From then on only somebody who reads SQL can change what it does,
        and columns can no longer be followed through it.
      </p>
      <p className="mt-2">Undo, and the history, bring the steps back.</p>
    </ConfirmDialog>
  );
}
