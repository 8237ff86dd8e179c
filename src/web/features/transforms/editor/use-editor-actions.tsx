import { Shuffle } from 'lucide-react';
import { actionNames } from '#contracts/recipe-words';
import type { ActionGroup } from '../../shell/page-actions.ts';
import { describeStep } from '../model/step-words.ts';
import { explanations } from '../model/step-explanations.ts';
import { useEditor, useEditorState, useNaming } from './editor-context.tsx';
import { actions, moreActions, startStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';

/** What Ctrl-K offers about the steps: to add one of any kind, and to go to one that is there. */
export function useStepActions(): readonly ActionGroup[] {
  const { store, analysis, focusedCell, canEdit } = useEditor();
  const steps = useEditorState((state) => state.history.present);
  const naming = useNaming(steps.length);
  const kinds = [...actions, ...moreActions.flatMap(({ types }) => types)];
  return [
    {
      heading: 'Add a step',
      actions: canEdit
        ? kinds.map((type) => ({
            label: actionNames[type],
            words: explanations[type],
            icon: <StepIcon type={type} />,
            run: () => startStep({ store, analysis, type, cell: focusedCell }),
          }))
        : [],
    },
    {
      heading: 'Go to a step',
      actions: steps.map((step, index) => ({
        label: `${index + 1} ${step.label ?? describeStep(step, naming)}`,
        icon: step.type === 'source' ? <Shuffle aria-hidden /> : <StepIcon type={step.type} />,
        run: () => store.getState().select(step.id),
      })),
    },
  ];
}
