import type { RecipeStep } from '#contracts/recipe';
import { commonType } from '../common-type.ts';
import { castTo, columnOf, isBlank, not } from '../expression.ts';
import { chosenColumns, failed, thenProject } from '../project-columns.ts';
import type { PlanColumn, PlanOperation } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'unpivot' }>;

function commonTypeOf(columns: readonly PlanColumn[], context: StepContext): PlanColumn['type'] | undefined {
  const [first] = columns;
  if (first === undefined) {
    context.report('columns', 'Choose the columns that become rows.');
    return undefined;
  }
  let { type } = first;
  for (const column of columns) {
    const next = commonType(type, column.type);
    if (next === null) {
      context.report(
        'columns',
        `“${first.displayName}” holds ${typeWords[first.type]} and “${column.displayName}” ${typeWords[column.type]}; their values cannot stand in one column. Change the type of one of them first.`,
      );
      return undefined;
    }
    type = next;
  }
  return type;
}

export function planUnpivot(step: Step, context: StepContext): StepResult {
  const { input, settings, index } = context;
  const chosen = chosenColumns('columns', step.columns, context);
  if (chosen === undefined) return failed(context, input.columns);
  const turned = input.columns.filter((column) => chosen.includes(column) !== step.all_but);
  const kept = input.columns.filter((column) => !turned.includes(column));
  const type = commonTypeOf(turned, context);
  const label = context.newName('name_column', step.name_column, kept);
  const nameColumn: PlanColumn = { name: label ?? '', displayName: step.name_column, type: 'text' };
  const value = context.newName(
    'value_column',
    step.value_column,
    label === undefined ? kept : [...kept, nameColumn],
  );
  if (type === undefined || label === undefined || value === undefined) return failed(context, kept);
  const valueColumn: PlanColumn = { name: value, displayName: step.value_column, type };

  // The new columns may be called like one that goes, so they have other names while both are there.
  const made = {
    name: `_dalgo_name_${index + 1}`,
    value: `_dalgo_value_${index + 1}`,
    position: `_dalgo_n_${index + 1}`,
  };
  const unpivot: PlanOperation = {
    kind: 'unpivot',
    columns: turned.map((column) => ({ label: column.displayName, value: castTo(type, columnOf(column)) })),
    ...made,
  };
  const madeValue = { kind: 'column', name: made.value, type } as const;
  const before: PlanOperation[] = step.drop_empty
    ? [unpivot, { kind: 'filter', predicate: not(isBlank(madeValue)) }]
    : [unpivot];
  return thenProject(
    before,
    {
      ...context,
      input: {
        ...input,
        hidden: settings.totalOrder ? [...input.hidden, made.position] : input.hidden,
        ties: settings.totalOrder
          ? [...input.ties, { name: made.position, type: 'integer', descending: false }]
          : input.ties,
      },
    },
    [
      ...kept.map((column) => ({ column })),
      { column: nameColumn, expression: { kind: 'column' as const, name: made.name, type: 'text' as const } },
      { column: valueColumn, expression: madeValue },
    ],
  );
}
