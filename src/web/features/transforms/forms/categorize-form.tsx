'use client';

import { Plus } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { plainText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { useEditor } from '../editor/editor-context.tsx';
import { isRelative, operatorsFor, operatorWords, usualOperator } from '../model/filter-operators.ts';
import { carryValue } from '../model/filter-value.ts';
import type { StepOf } from '../model/editor-step.ts';
import { ConditionValue } from './condition-value.tsx';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { RowTools } from './row-tools.tsx';
import { useValues } from './use-values.ts';

type Step = StepOf<'categorize'>;
type Rule = Step['rules'][number];

/** Rules in sentences; the first that holds decides. */
export function CategorizeForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  const type = naming.columnType(step.source_column) ?? 'text';
  const operators = operatorsFor(type).filter((operator) => !isRelative(operator));
  const change = (rules: readonly Rule[]) => onChange({ ...step, rules: [...rules] });
  const set = (index: number, rule: Rule) => change(step.rules.map((one, at) => (at === index ? rule : one)));
  const lastOperator = step.rules.at(-1)?.operator ?? usualOperator(type);
  return (
    <>
      <StepField name="source_column" label="By the values of">
        <ColumnPicker
          columns={columns.filter((column) => column.type !== 'json')}
          value={step.source_column}
          onChange={(source_column) => {
            const isOwnName = step.new_column !== '' && step.new_column !== suggestedName(step.source_column);
            const nextType = naming.columnType(source_column) ?? 'text';
            const next = operatorsFor(nextType);
            onChange({
              ...step,
              source_column,
              new_column: isOwnName ? step.new_column : suggestedName(source_column),
              rules: step.rules.map((rule) =>
                // A rule that says nothing yet takes the comparison that most people want for this type.
                next.includes(rule.operator) && !isBlank(rule)
                  ? rule
                  : withOperator(rule, usualOperator(nextType)),
              ),
            });
          }}
        />
      </StepField>
      <StepField name="new_column" label="Name of the new column">
        <Input
          value={step.new_column}
          maxLength={200}
          onChange={(event) => onChange({ ...step, new_column: event.target.value })}
        />
      </StepField>
      <div>
        <h3 className="text-sm font-medium">Rules</h3>
        <p className="text-sm text-muted">The first that fits decides.</p>
        <ol aria-label="Rules" className="mt-1.5 flex flex-col gap-3">
          {step.rules.map((rule, index) => (
            // Rules have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
              <div className="flex items-end gap-1">
                <StepField
                  name={`rules.${index}.operator`}
                  label={`If ${step.source_column === '' ? 'it' : naming.column(step.source_column)}`}
                  className="min-w-0 flex-1"
                >
                  <Select
                    value={rule.operator}
                    onChange={(operator) => set(index, withOperator(rule, operator))}
                    options={(operators.includes(rule.operator)
                      ? operators
                      : [rule.operator, ...operators]
                    ).map((operator) => ({ value: operator, label: operatorWords(operator, type) }))}
                  />
                </StepField>
                <RowTools items={step.rules} index={index} what="rule" onChange={change} />
              </div>
              <ConditionValue
                name={`rules.${index}.value`}
                column={step.source_column}
                type={type}
                operator={rule.operator}
                value={rule.value}
                isCompact
                onChange={(value) => set(index, { ...rule, value })}
              />
              <StepField name={`rules.${index}.category`} label="then call it">
                <Input
                  value={rule.category}
                  maxLength={1000}
                  onChange={(event) => set(index, { ...rule, category: event.target.value })}
                />
              </StepField>
            </li>
          ))}
        </ol>
        <Button
          variant="ghost"
          size="sm"
          className="mt-2 text-accent-ink"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() =>
            change([...step.rules, withOperator({ operator: lastOperator, category: '' }, lastOperator)])
          }
        >
          Add a rule
        </Button>
      </div>
      <StepField name="default" label="Everything else">
        <Input
          value={step.default ?? ''}
          disabled={step.default === null}
          onChange={(event) => onChange({ ...step, default: event.target.value })}
        />
      </StepField>
      <Checkbox
        className="-mt-4"
        label="Leave everything else empty"
        checked={step.default === null}
        onChange={(isEmpty) => onChange({ ...step, default: isEmpty ? null : 'Other' })}
      />
      <CategoryCounts />
    </>
  );

  function suggestedName(column: string): string {
    return column === '' ? '' : `${naming.column(column)} group`;
  }
}

function isBlank(rule: Rule): boolean {
  return rule.category === '' && (rule.value === undefined || rule.value === '');
}

function withOperator({ value, ...rest }: Rule, operator: Rule['operator']): Rule {
  const carried = carryValue(value, operator);
  return carried === undefined ? { ...rest, operator } : { ...rest, operator, value: carried };
}

/** How many rows fall in each category. */
function CategoryCounts() {
  const { draft, dataVersion } = useEditor();
  const format = useFormat();
  const result = draft?.analysis.results[draft.index];
  const made = result?.columns.at(-1);
  const isReady = draft?.isComplete === true && result !== undefined && result.errors.length === 0;
  const { data } = useValues(
    isReady && made !== undefined
      ? { steps: draft.analysis.steps, column: made.name, limit: 50, dataVersion }
      : null,
  );
  if (data === undefined || !isReady) return null;
  const total = data.values.reduce((sum, one) => sum + one.count, 0);
  return (
    <div>
      <h3 className="text-sm font-medium">Rows in each category</h3>
      <ul aria-label="Rows in each category" className="mt-1 flex flex-col gap-1">
        {data.values.map(({ value, count }) => (
          <li
            key={JSON.stringify(value)}
            className="relative flex justify-between gap-2 overflow-hidden rounded-sm px-2 py-0.5 text-sm"
          >
            <span
              aria-hidden
              className="absolute inset-y-0 start-0 bg-accent-soft"
              style={{ width: `${total === 0 ? 0 : (count / total) * 100}%` }}
            />
            <bdi className="relative truncate">{plainText(value) || 'empty'}</bdi>
            <span data-numeric className="relative shrink-0">
              {format.number(count)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
