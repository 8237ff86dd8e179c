import type { RecipeStep } from '#contracts/recipe';
import { foldIdentifier, shortenIdentifier } from '#warehouse';
import { visibleColumns, type CatalogTable } from '../catalog.ts';
import { commonType } from '../common-type.ts';
import { castTo, columnOf, textFunction, type Expression } from '../expression.ts';
import { isReservedName, type ColumnAlias, type OrderKey, type PlanColumn } from '../relation.ts';
import {
  findColumn,
  PORTABLE_NAME_BYTES,
  unknownColumn,
  type StepContext,
  type StepResult,
} from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type JoinStep = Extract<RecipeStep, { type: 'join' }>;

/** Finds columns of another table, and says which of them it has not. */
export function columnsOfTable(
  table: CatalogTable,
  context: StepContext,
): (field: string, reference: string) => PlanColumn | undefined {
  const offered = visibleColumns(table);
  return (field, reference) => {
    const found = findColumn(offered, reference);
    if (found !== undefined) return found;
    const { message, suggestion } = unknownColumn(offered, reference);
    context.report(field, message.replace('at this step', `in “${table.displayName}”`), suggestion);
    return undefined;
  };
}

export interface KeyComparison {
  readonly ignore_case?: boolean | undefined;
  readonly trim?: boolean | undefined;
}

/** Two columns as keys that can be equal, or undefined after saying why they never are. */
export function matchingKeys(
  field: string,
  left: PlanColumn,
  right: PlanColumn,
  comparison: KeyComparison,
  context: StepContext,
): { readonly left: Expression; readonly right: Expression } | undefined {
  const type = left.type === 'json' ? null : commonType(left.type, right.type);
  if (type === null) {
    context.report(
      field,
      `“${left.displayName}” holds ${typeWords[left.type]} and “${right.displayName}” holds ${typeWords[right.type]}, so their values never match. Choose columns of the same kind, or correct the type where the data is loaded.`,
    );
    return undefined;
  }
  const key = (column: PlanColumn): Expression => {
    let expression = castTo(type, columnOf(column));
    if (type !== 'text') return expression;
    if (comparison.trim === true) expression = textFunction('trim', expression);
    return comparison.ignore_case === true ? textFunction('lower', expression) : expression;
  };
  return { left: key(left), right: key(right) };
}

/** Names for the columns that come from the other table: after it, as its name was written, or with a suffix. */
function namesFor(
  step: JoinStep,
  table: CatalogTable,
  wanted: readonly PlanColumn[],
  context: StepContext,
): { readonly brought: PlanColumn[]; readonly bring: ColumnAlias[] } {
  const taken = new Set(context.input.columns.map((column) => foldIdentifier(column.name)));
  const brought: PlanColumn[] = [];
  const bring: ColumnAlias[] = [];
  const seen = new Set<string>();
  const prefix = step.prefix?.name ?? step.with;
  const shown = step.prefix?.display_name ?? (prefix === table.name ? table.displayName : prefix);
  for (const column of wanted) {
    if (seen.has(column.name)) continue;
    seen.add(column.name);
    const { suffix } = step;
    const wish = suffix === undefined ? `${prefix}_${column.name}` : `${column.name}${suffix}`;
    const name = shortenIdentifier(isReservedName(wish) ? `table${wish}` : wish, taken, PORTABLE_NAME_BYTES);
    taken.add(foldIdentifier(name));
    brought.push({
      name,
      displayName: suffix === undefined ? `${shown}_${column.displayName}` : `${column.displayName}${suffix}`,
      type: column.type,
    });
    bring.push({ from: column.name, to: name, type: column.type });
  }
  return { brought, bring };
}

export function planJoin(step: JoinStep, context: StepContext): StepResult {
  const { input, settings } = context;
  const pairs = [
    { fields: { left: 'left_on', right: 'right_on' }, left: step.left_on, right: step.right_on },
    ...(step.more_keys ?? []).map((key, index) => ({
      fields: { left: `more_keys.${index}.left_on`, right: `more_keys.${index}.right_on` },
      left: key.left_on,
      right: key.right_on,
    })),
  ];
  const lefts = pairs.map(({ fields, left }) => context.column(fields.left, left));
  const table = context.table('with', step.with);
  if (table === undefined) return { output: { ...input, incomplete: true }, operation: null };

  const onRight = columnsOfTable(table, context);
  const on: { left: Expression; right: Expression }[] = [];
  for (const [index, { fields, right }] of pairs.entries()) {
    const [leftKey, rightKey] = [lefts[index], onRight(fields.right, right)];
    if (leftKey === undefined || rightKey === undefined) continue;
    const key = matchingKeys(fields.right, leftKey, rightKey, step, context);
    if (key !== undefined) on.push(key);
  }
  const isFilter = step.join_type === 'semi' || step.join_type === 'anti';
  const wanted = isFilter
    ? []
    : step.columns === undefined
      ? visibleColumns(table)
      : step.columns.map((name, index) => onRight(`columns.${index}`, name));
  const known = wanted.filter((column) => column !== undefined);
  const { brought, bring } = namesFor(step, table, known, context);
  const columns = [...input.columns, ...brought];
  if (on.length < pairs.length || known.length < wanted.length)
    return { output: { ...input, columns, incomplete: true }, operation: null };

  const operation = {
    kind: 'join' as const,
    joinType: step.join_type,
    table: table.name,
    on,
    onlyFirst: false,
    bring,
    rowPosition: null,
  };
  if (isFilter) return { output: input, operation };

  const rowPosition = settings.totalOrder && table.hasRowPosition ? `_dalgo_row_${context.index + 1}` : null;
  const rightTies: OrderKey[] =
    rowPosition === null
      ? brought.map(({ name, type }) => ({ name, type, descending: false }))
      : [{ name: rowPosition, type: null, descending: false }];
  return {
    output: {
      columns,
      hidden: rowPosition === null ? input.hidden : [...input.hidden, rowPosition],
      order: input.order,
      ties: settings.totalOrder ? [...input.ties, ...rightTies] : [],
      incomplete: input.incomplete,
    },
    operation: { ...operation, rowPosition },
  };
}
