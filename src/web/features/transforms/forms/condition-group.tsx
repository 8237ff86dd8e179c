'use client';

import { clsx } from 'clsx';
import { ChevronDown, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ConditionNode } from '#contracts/recipe';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import { problemAt } from '../model/check-draft.ts';
import {
  deepestGroup,
  isGroup,
  newCondition,
  unwrapped,
  type ConditionGroup as Group,
  type SingleCondition,
} from '../model/edit-condition.ts';
import { describeConditions } from '../model/condition-words.ts';
import { operatorWords } from '../model/filter-operators.ts';
import { missingInCondition } from '../model/filter-value.ts';
import type { Naming } from '../model/step-words.ts';
import { ConditionFields } from './condition-fields.tsx';
import { useStepForm } from './form-context.tsx';

interface ConditionGroupProps {
  readonly group: Group;
  /** Path of the group within the step: empty, or ending in a dot. */
  readonly path: string;
  /** 1 for the outermost. */
  readonly depth: number;
  readonly onChange: (node: ConditionNode) => void;
}

/**
 * Conditions of which all or any must hold. Each is a sentence; the one that is being edited shows its fields, so that
 * several still fit beside the data.
 */
export function ConditionGroup({ group, path, depth, onChange }: ConditionGroupProps) {
  const [open, setOpen] = useState(() => {
    const blank = group.conditions.findIndex((node) => !isGroup(node) && node.column === '');
    return blank < 0 ? group.conditions.length - 1 : blank;
  });
  const set = (conditions: readonly ConditionNode[]) => onChange({ ...group, conditions });
  const replace = (index: number, node: ConditionNode) =>
    set(group.conditions.map((one, at) => (at === index ? node : one)));
  const add = (node: ConditionNode) => {
    setOpen(group.conditions.length);
    set([...group.conditions, node]);
  };
  return (
    <div
      role="group"
      aria-label={depth === 1 ? 'Conditions' : 'Group of conditions'}
      className="flex flex-col gap-2"
    >
      <Select
        aria-label="How the conditions count"
        size={depth === 1 ? 'md' : 'sm'}
        value={group.match}
        onChange={(match) => onChange({ ...group, match })}
        options={[
          { value: 'all', label: 'All of these must hold (and)' },
          { value: 'any', label: 'At least one of these must hold (or)' },
        ]}
      />
      <ol className="flex flex-col gap-2">
        {group.conditions.map((node, index) => (
          // Conditions have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="rounded-md border border-line">
            <Item
              node={node}
              path={`${path}conditions.${index}.`}
              name={`${isGroup(node) ? 'Group' : 'Condition'} ${index + 1}`}
              depth={depth}
              isOpen={open === index}
              onToggle={() => setOpen(open === index ? -1 : index)}
              onChange={(next) => replace(index, next)}
              onRemove={() => {
                setOpen(-1);
                set(group.conditions.filter((_, at) => at !== index));
              }}
            />
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-1">
        <Button
          variant="ghost"
          size="sm"
          className="text-accent-ink"
          data-adds=""
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => add(newCondition())}
        >
          {depth === 1 ? 'Add another condition' : 'Add a condition to this group'}
        </Button>
        {depth < deepestGroup ? (
          <Button
            variant="ghost"
            size="sm"
            className="text-accent-ink"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() =>
              add({
                match: group.match === 'all' ? 'any' : 'all',
                conditions: [newCondition(), newCondition()],
              })
            }
          >
            Add a group
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** The button that made a condition may be gone with it; its first field is where one goes on. */
function takeLostFocus(fields: HTMLElement | null): void {
  const focused = document.activeElement;
  const isAdding = focused instanceof HTMLElement && focused.dataset['adds'] !== undefined;
  if (focused === document.body || isAdding)
    fields?.querySelector<HTMLElement>('button, input, select')?.focus();
}

/** A condition in words, with dots for the value that is still missing. */
function summary(condition: SingleCondition, naming: Naming): string {
  if (missingInCondition(condition).length === 0 && condition.other_column !== '')
    return describeConditions(condition, naming);
  const type = naming.columnType(condition.column) ?? 'text';
  return `${naming.column(condition.column)} ${operatorWords(condition.operator, type)} …`;
}

interface ItemProps {
  readonly node: ConditionNode;
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onChange: (node: ConditionNode) => void;
  readonly onRemove: () => void;
}

function Item({ node, path, name, depth, isOpen, onToggle, onChange, onRemove }: ItemProps) {
  const { naming, problems } = useStepForm();
  const isWrong = problemAt(problems, path.slice(0, -1)) !== undefined;
  // What is wrong must be seen; a group has its own sentences.
  const isShown = isOpen || isWrong || isGroup(node);
  return (
    <>
      <div className="flex items-center gap-1 py-1 ps-2.5 pe-1">
        {isGroup(node) ? (
          <span className="min-w-0 flex-1 text-sm font-medium text-muted">{name}</span>
        ) : (
          <button
            type="button"
            aria-expanded={isShown}
            onClick={onToggle}
            className="flex min-h-7 min-w-0 flex-1 touch-target items-center gap-1.5 rounded-sm text-start text-sm hover:bg-hover"
          >
            <ChevronDown
              aria-hidden
              className={clsx('size-4 shrink-0 text-muted', !isShown && '-rotate-90 rtl:rotate-90')}
            />
            <span className="sr-only">{name}: </span>
            <span className="min-w-0 wrap-anywhere">
              {node.column === '' ? <span className="text-muted">{name}</span> : summary(node, naming)}
            </span>
          </button>
        )}
        <IconButton
          size="sm"
          className="text-muted"
          label={`Remove ${name.toLowerCase()}`}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={onRemove}
        />
      </div>
      {isShown ? (
        <div ref={takeLostFocus} className="flex flex-col gap-4 border-t border-line p-2.5">
          {isGroup(node) ? (
            <ConditionGroup
              group={node}
              path={path}
              depth={depth + 1}
              onChange={(next) => onChange(unwrapped(next))}
            />
          ) : (
            <ConditionFields condition={node} path={path} onChange={onChange} />
          )}
        </div>
      ) : null}
    </>
  );
}
