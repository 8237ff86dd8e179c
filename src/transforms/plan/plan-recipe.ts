import type { Recipe, RecipeStep, SortColumn } from '#contracts/recipe';
import type { RecipeError } from '#contracts/transformations';
import { findTable, type Catalog } from './catalog.ts';
import type { ColumnAlias, OrderKey, PlanColumn, PlanOperation, Relation } from './relation.ts';
import {
  MAX_COLUMNS,
  stepContext,
  type PlanSettings,
  type StepContext,
  type StepResult,
} from './step-context.ts';
import { planCast } from './steps/cast.ts';
import { planDatePart } from './steps/date-part.ts';
import { planExtractText } from './steps/extract-text.ts';
import { planFillEmpty } from './steps/fill-empty.ts';
import { planMergeColumns } from './steps/merge-columns.ts';
import { planParseDate } from './steps/parse-date.ts';
import { planRename } from './steps/rename.ts';
import { planReorder } from './steps/reorder.ts';
import { planReplaceValues } from './steps/replace-values.ts';
import { planSplitColumn } from './steps/split-column.ts';
import { planBin } from './steps/bin.ts';
import { planFuzzyMatch } from './steps/fuzzy-match.ts';
import { planFlattenJson } from './steps/flatten-json.ts';
import { planListToRows } from './steps/list-to-rows.ts';
import { planLookup } from './steps/lookup.ts';
import { planMask } from './steps/mask.ts';
import { planPivot } from './steps/pivot.ts';
import { planRemoveDuplicates } from './steps/remove-duplicates.ts';
import { planSample } from './steps/sample.ts';
import { planStack } from './steps/stack.ts';
import { planTopN } from './steps/top-n.ts';
import { planUnpivot } from './steps/unpivot.ts';
import { planWindow } from './steps/window.ts';
import { planAddColumn } from './steps/add-column.ts';
import { planCategorize } from './steps/categorize.ts';
import { planClean } from './steps/clean.ts';
import { planDistinct } from './steps/distinct.ts';
import { planFilter } from './steps/filter.ts';
import { planFormula } from './steps/formula.ts';
import { planGroup } from './steps/group.ts';
import { planJoin } from './steps/join.ts';
import { planSelect } from './steps/select.ts';
import { planSort, planSortKeys } from './steps/sort.ts';
import { planSource } from './steps/source.ts';
import { planSql, tablesOfSql } from './steps/sql.ts';

/** One step as the editor sees it: the columns that leave it, and what is wrong with it. */
export interface PlannedStep {
  readonly index: number;
  readonly columns: readonly PlanColumn[];
  readonly errors: readonly RecipeError[];
}

export interface PlanNode {
  readonly index: number;
  readonly type: RecipeStep['type'];
  readonly label: string | undefined;
  readonly operation: PlanOperation;
}

/** A recipe that is known to run: one node for each enabled step. */
export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly columns: readonly PlanColumn[];
  readonly hidden: readonly string[];
  /** Order of the result: what was asked for, then what makes it total. */
  readonly order: readonly OrderKey[];
  /** Physical names of the tables that it reads. */
  readonly tables: readonly string[];
}

export interface PlannedRecipe {
  readonly steps: readonly PlannedStep[];
  /** null when any step has an error, or the sort on top. */
  readonly plan: Plan | null;
  readonly errors: readonly RecipeError[];
  /** What is wrong with the sort on top, which is no step; `field` is its path. */
  readonly sortErrors: readonly RecipeError[];
}

/** The result of the first steps as a relation of its own, columns and hidden ones: it is read instead of them. */
export interface PlanBase {
  /** Index of the last of those steps. */
  readonly step: number;
  readonly table: string;
}

export interface PlanOptions {
  /** Index of the last step to apply. */
  readonly upToStep?: number | undefined;
  /** A sort on top, as from a click on a column's header. */
  readonly sort?: readonly SortColumn[] | undefined;
  /** Make the order total, so that pages fit together. */
  readonly totalOrder?: boolean | undefined;
  /** IANA time zone in which an instant has a date; UTC when absent. */
  readonly timeZone?: string | undefined;
  /** What the database said about SQL steps when it was asked for their columns. */
  readonly sqlProblems?: readonly RecipeError[] | undefined;
  /** Needs `totalOrder`, with which the relation was made. */
  readonly base?: PlanBase | undefined;
}

const nothing: Relation = { columns: [], hidden: [], order: [], ties: [], incomplete: false };

function planStep(step: RecipeStep, context: StepContext): StepResult {
  switch (step.type) {
    case 'source':
      return planSource(step, context);
    case 'filter':
      return planFilter(step, context);
    case 'join':
      return planJoin(step, context);
    case 'group':
      return planGroup(step, context);
    case 'select':
      return planSelect(step, context);
    case 'sort':
      return planSort(step, context);
    case 'clean':
      return planClean(step, context);
    case 'categorize':
      return planCategorize(step, context);
    case 'add_column':
      return planAddColumn(step, context);
    case 'distinct':
      return planDistinct(context);
    case 'sql':
      return planSql(step, context);
    case 'fuzzy_match':
      return planFuzzyMatch(step, context);
    case 'rename':
      return planRename(step, context);
    case 'reorder':
      return planReorder(step, context);
    case 'cast':
      return planCast(step, context);
    case 'parse_date':
      return planParseDate(step, context);
    case 'replace_values':
      return planReplaceValues(step, context);
    case 'fill_empty':
      return planFillEmpty(step, context);
    case 'split_column':
      return planSplitColumn(step, context);
    case 'merge_columns':
      return planMergeColumns(step, context);
    case 'extract_text':
      return planExtractText(step, context);
    case 'date_part':
      return planDatePart(step, context);
    case 'bin':
      return planBin(step, context);
    case 'formula':
      return planFormula(step, context);
    case 'flatten_json':
      return planFlattenJson(step, context);
    case 'list_to_rows':
      return planListToRows(step, context);
    case 'lookup':
      return planLookup(step, context);
    case 'mask':
      return planMask(step, context);
    case 'pivot':
      return planPivot(step, context);
    case 'remove_duplicates':
      return planRemoveDuplicates(step, context);
    case 'sample':
      return planSample(step, context);
    case 'stack':
      return planStack(step, context);
    case 'top_n':
      return planTopN(step, context);
    case 'unpivot':
      return planUnpivot(step, context);
    case 'window':
      return planWindow(step, context);
  }
}

/** What is wrong with a step because of where it stands. */
function misplaced(step: RecipeStep, index: number): RecipeError | null {
  const error = (message: string): RecipeError => ({ step: index, field: '', message, suggestion: null });
  if (index === 0 && step.type !== 'source')
    return error('A recipe begins with its source: the table that it reads.');
  if (index === 0 && step.disabled === true) return error('The source cannot be switched off.');
  if (index > 0 && step.type === 'source')
    return error('Only the first step can be a source. Use “Combine tables” for a second one.');
  return null;
}

/**
 * Types a recipe step by step, without reading any data: the columns after each step, and what is wrong, where. Pure,
 * so the same recipe and catalogue always give the same plan.
 *
 * @example planRecipe({steps: [{type: 'source', table: 'visits'}]}, catalog).plan?.columns
 */
export function planRecipe(recipe: Recipe, catalog: Catalog, options: PlanOptions = {}): PlannedRecipe {
  const settings: PlanSettings = {
    catalog,
    timeZone: options.timeZone ?? 'UTC',
    sourceName: nameOfSource(recipe, catalog),
    totalOrder: options.totalOrder ?? false,
    sqlProblems: options.sqlProblems ?? [],
  };
  const steps: PlannedStep[] = [];
  const nodes: PlanNode[] = [];
  let relation = nothing;
  const count = Math.min(recipe.steps.length, (options.upToStep ?? recipe.steps.length) + 1);
  for (const [index, step] of recipe.steps.slice(0, count).entries()) {
    const errors: RecipeError[] = [];
    const place = misplaced(step, index);
    if (place !== null) {
      errors.push(place);
      relation = { ...relation, incomplete: true };
    } else if (step.disabled !== true) {
      const { output, operation } = planStep(step, stepContext(settings, index, relation, errors));
      if (output.columns.length + output.hidden.length > MAX_COLUMNS) {
        errors.push({
          step: index,
          field: '',
          message: `This makes ${output.columns.length} columns; a table can have ${MAX_COLUMNS}. Choose fewer.`,
          suggestion: null,
        });
      }
      relation = errors.length === 0 ? output : { ...output, incomplete: true };
      if (operation !== null) nodes.push({ index, type: step.type, label: step.label, operation });
    }
    steps.push({ index, columns: relation.columns, errors });
    if (options.base?.step === index) {
      relation = readFrom(options.base, relation, nodes, step.label);
    }
  }

  const errors = steps.flatMap((step) => step.errors);
  const sortErrors: RecipeError[] = [];
  let order = relation.order;
  if (options.sort !== undefined && options.sort.length > 0) {
    const keys = planSortKeys(options.sort, 'sort', stepContext(settings, count, relation, sortErrors)) ?? [];
    order = [...keys, ...order.filter((old) => !keys.some((key) => key.name === old.name))];
  }
  const plan: Plan | null =
    errors.length > 0 || sortErrors.length > 0 || nodes.length === 0
      ? null
      : {
          nodes,
          columns: relation.columns,
          hidden: relation.hidden,
          order: [...order, ...relation.ties.filter((tie) => !order.some((key) => key.name === tie.name))],
          tables: tablesOf(nodes),
        };
  return { steps, plan, errors, sortErrors };
}

/** Replaces the nodes so far by a scan of their result, which keeps its columns, its hidden ones and its order. */
function readFrom(
  base: PlanBase,
  relation: Relation,
  nodes: PlanNode[],
  label: string | undefined,
): Relation {
  const rowPosition = `_dalgo_at_${base.step + 1}`;
  const columns: ColumnAlias[] = [
    ...relation.columns.map(({ name, type }) => ({ from: name, to: name, type })),
    // The type of a hidden column never matters to a scan.
    ...relation.hidden.map((name) => ({ from: name, to: name, type: 'text' as const })),
  ];
  nodes.length = 0;
  nodes.push({
    index: base.step,
    type: 'source',
    label,
    operation: { kind: 'scan', table: base.table, columns, rowPosition },
  });
  return { ...relation, hidden: [...relation.hidden, rowPosition] };
}

function nameOfSource(recipe: Recipe, catalog: Catalog): string {
  const [source] = recipe.steps;
  if (source?.type !== 'source') return '';
  return findTable(catalog, source.table).found?.displayName ?? source.table;
}

function tablesRead(operation: PlanOperation): string[] {
  switch (operation.kind) {
    case 'scan':
    case 'join':
      return [operation.table];
    case 'stack':
      return operation.branches.map((branch) => branch.table);
    case 'fuzzy_match':
      return operation.other === null ? [] : [operation.other.table];
    case 'sql':
      return operation.tables.map((each) => each.table);
    case 'sequence':
      return operation.operations.flatMap(tablesRead);
    default:
      return [];
  }
}

function tablesOf(nodes: readonly PlanNode[]): string[] {
  return [...new Set(nodes.flatMap(({ operation }) => tablesRead(operation)))];
}

/** The tables that a step names, as it names them. */
function tablesNamed(step: RecipeStep): readonly string[] {
  switch (step.type) {
    case 'source':
      return [step.table];
    case 'join':
      return [step.with];
    case 'lookup':
      return [step.table];
    case 'fuzzy_match':
      return step.table === undefined ? [] : [step.table];
    case 'stack':
      return step.tables;
    default:
      return [];
  }
}

/**
 * Physical names of the tables that the enabled steps of a recipe read, as far as they exist or will be made; errors or
 * not. One that nothing has made yet counts: a pipeline has to make it first.
 */
export function referencedTables(recipe: Recipe, catalog: Catalog): string[] {
  const named = catalog.map(({ name, displayName, columns, hasRowPosition }) => ({
    name,
    displayName,
    columns,
    hasRowPosition,
  }));
  const names = recipe.steps.flatMap((step) => {
    if (step.disabled === true) return [];
    if (step.type === 'sql') return tablesOfSql(step, named);
    return tablesNamed(step).flatMap((reference) => findTable(named, reference).found?.name ?? []);
  });
  return [...new Set(names)];
}
