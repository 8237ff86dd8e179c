import type { ColumnType } from '#contracts/column-types';
import type { RecipeStep } from '#contracts/recipe';
import { foldIdentifier, shortenIdentifier } from '#warehouse';
import { visibleColumns } from '../catalog.ts';
import { commonType } from '../common-type.ts';
import { castTo, columnOf } from '../expression.ts';
import { isReservedName, type ColumnAlias, type OrderKey, type PlanColumn } from '../relation.ts';
import {
  findColumn,
  PORTABLE_NAME_BYTES,
  unknownColumn,
  type StepContext,
  type StepResult,
} from '../step-context.ts';
import { typeWords } from '../type-words.ts';

/** The type in which two keys are compared, or null when they never can be. */
function keyType(left: ColumnType, right: ColumnType): ColumnType | null {
  return left === 'json' ? null : commonType(left, right);
}

export function planJoin(step: Extract<RecipeStep, { type: 'join' }>, context: StepContext): StepResult {
  const { input, settings } = context;
  const failed: StepResult = { output: { ...input, incomplete: true }, operation: null };
  const leftKey = context.column('left_on', step.left_on);
  const table = context.table('with', step.with);
  if (table === undefined) return failed;

  const offered = visibleColumns(table);
  let broken = leftKey === undefined;
  const onRight = (field: string, reference: string): PlanColumn | undefined => {
    const found = findColumn(offered, reference);
    if (found !== undefined) return found;
    const { message, suggestion } = unknownColumn(offered, reference);
    context.report(field, message.replace('at this step', `in “${table.displayName}”`), suggestion);
    broken = true;
    return undefined;
  };

  const rightKey = onRight('right_on', step.right_on);
  const wanted =
    step.columns === undefined
      ? offered
      : step.columns
          .map((name, index) => onRight(`columns.${index}`, name))
          .filter((column) => column !== undefined);

  // As it was written, so that a table called “programmes” gives “programmes_name”.
  const prefix = step.with;
  const taken = new Set(input.columns.map((column) => foldIdentifier(column.name)));
  const brought: PlanColumn[] = [];
  const bring: ColumnAlias[] = [];
  const seen = new Set<string>();
  for (const column of wanted) {
    if (seen.has(column.name)) continue;
    seen.add(column.name);
    const wish = `${prefix}_${column.name}`;
    const name = shortenIdentifier(isReservedName(wish) ? `table${wish}` : wish, taken, PORTABLE_NAME_BYTES);
    taken.add(foldIdentifier(name));
    brought.push({
      name,
      displayName: `${prefix === table.name ? table.displayName : prefix}_${column.displayName}`,
      type: column.type,
    });
    bring.push({ from: column.name, to: name });
  }
  const columns = [...input.columns, ...brought];

  let type: ColumnType | null = null;
  if (leftKey !== undefined && rightKey !== undefined) {
    type = keyType(leftKey.type, rightKey.type);
    if (type === null) {
      context.report(
        'right_on',
        `“${leftKey.displayName}” holds ${typeWords[leftKey.type]} and “${rightKey.displayName}” holds ${typeWords[rightKey.type]}, so their values never match. Choose columns of the same kind, or correct the type where the data is loaded.`,
      );
    }
  }
  if (broken || type === null || leftKey === undefined || rightKey === undefined) {
    return { output: { ...input, columns, incomplete: true }, operation: null };
  }

  const rowPosition = settings.totalOrder && table.hasRowPosition ? `_dalgo_row_${context.index + 1}` : null;
  const rightTies: OrderKey[] =
    rowPosition === null
      ? brought.map(({ name, type: keyOf }) => ({ name, type: keyOf, descending: false }))
      : [{ name: rowPosition, type: null, descending: false }];
  return {
    output: {
      columns,
      hidden: rowPosition === null ? input.hidden : [...input.hidden, rowPosition],
      order: input.order,
      ties: settings.totalOrder ? [...input.ties, ...rightTies] : [],
      incomplete: input.incomplete,
    },
    operation: {
      kind: 'join',
      joinType: step.join_type,
      table: table.name,
      leftKey: castTo(type, columnOf(leftKey)),
      rightKey: castTo(type, columnOf(rightKey)),
      bring,
      rowPosition,
    },
  };
}
