'use client';

import { Plus } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { conditionOf, isGroup, newCondition, withAnother, withCondition } from '../model/edit-condition.ts';
import type { StepOf } from '../model/editor-step.ts';
import { ConditionFields } from './condition-fields.tsx';
import { ConditionGroup } from './condition-group.tsx';
import type { StepFormProps } from './form-context.tsx';

/** One condition, or several with and/or, in groups where that is needed. */
export function FilterForm({ step, onChange }: StepFormProps<StepOf<'filter'>>) {
  const node = conditionOf(step);
  if (isGroup(node)) {
    return (
      <ConditionGroup
        group={node}
        path=""
        depth={1}
        onChange={(next) => onChange(withCondition(step, next))}
      />
    );
  }
  return (
    <>
      <ConditionFields
        condition={node}
        path=""
        onChange={(condition) => onChange(withCondition(step, condition))}
      />
      <Button
        variant="ghost"
        size="sm"
        className="self-start text-accent-ink"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() => onChange(withCondition(step, withAnother(node, newCondition())))}
      >
        Add another condition
      </Button>
    </>
  );
}
