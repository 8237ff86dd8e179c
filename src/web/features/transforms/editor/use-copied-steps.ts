import type { RecipeStep } from '#contracts/recipe';
import { useSession } from '../../../session.ts';
import { copiedSteps, copySteps } from '../model/copied-steps.ts';
import { useEditor } from './editor-context.tsx';

/** Steps that were copied, here or in another transformation of the organization, and the ways to and from there. */
export function useCopiedSteps() {
  const { store, announce } = useEditor();
  const organizationId = useSession((state) => state.organization?.id) ?? '';
  // Read when a menu that offers it is drawn: storage has no news for the tab that writes it.
  const copied = typeof window === 'undefined' ? [] : copiedSteps(organizationId);
  return {
    copied,
    copy: (steps: readonly RecipeStep[]): void => {
      const isKept = copySteps(organizationId, steps);
      announce(
        isKept
          ? `Copied. Open another transformation and choose Paste in the menu of a step.`
          : 'This browser keeps no copies: its storage is switched off.',
      );
    },
    paste: (): void => {
      store.getState().paste(copiedSteps(organizationId));
      announce(
        `Pasted ${copied.length === 1 ? 'a step' : `${copied.length} steps`}. Undo takes them out again.`,
      );
    },
  };
}
