import type { RecipeError } from '#contracts/transformations';
import { foldIdentifier, shortenIdentifier } from '#warehouse';
import type { Catalog, CatalogTable } from './catalog.ts';
import { findTable } from './catalog.ts';
import { nearestName } from './nearest-name.ts';
import { isReservedName, type PlanColumn, type PlanOperation, type Relation } from './relation.ts';

/** PostgreSQL's limit, kept on every engine so that a recipe means the same columns everywhere. */
export const PORTABLE_NAME_BYTES = 63;
/** PostgreSQL has 1600 columns in a table; some are the loader's, some carry the order of rows. */
export const MAX_COLUMNS = 1500;

export interface PlanSettings {
  readonly catalog: Catalog;
  /** IANA name; the zone in which an instant has a date. */
  readonly timeZone: string;
  /** What people call the table that the recipe starts with. */
  readonly sourceName: string;
  /** Make the order of rows total, for paging. */
  readonly totalOrder: boolean;
  /** What the database said about SQL steps. */
  readonly sqlProblems: readonly RecipeError[];
}

/** What a step sees, and where it says what is wrong. */
export interface StepContext {
  readonly settings: PlanSettings;
  readonly index: number;
  readonly input: Relation;
  readonly report: (
    field: string,
    message: string,
    suggestion?: string | null,
    /** In a formula or SQL text. */
    position?: number,
  ) => void;
  /** The input column that is meant, or undefined after reporting why there is none. */
  readonly column: (field: string, reference: string) => PlanColumn | undefined;
  readonly table: (field: string, reference: string) => CatalogTable | undefined;
  /** The physical name for a new column, or undefined after reporting why it cannot be had. */
  readonly newName: (field: string, name: string, taken: readonly PlanColumn[]) => string | undefined;
}

export interface StepResult {
  readonly output: Relation;
  /** null when the step has errors. */
  readonly operation: PlanOperation | null;
}

/** A column by its physical name, else by its display name when exactly one column is called so. */
export function findColumn(columns: readonly PlanColumn[], reference: string): PlanColumn | undefined {
  const physical = columns.find((column) => column.name === reference);
  if (physical !== undefined) return physical;
  const named = columns.filter((column) => column.displayName === reference);
  return named.length === 1 ? named[0] : undefined;
}

export function unknownColumn(
  columns: readonly PlanColumn[],
  reference: string,
): { message: string; suggestion: string | null } {
  const twins = columns.filter((column) => column.displayName === reference);
  if (twins.length > 1) {
    return {
      message: `${twins.length} columns are called “${reference}”. Choose one of them again.`,
      suggestion: twins[0]?.name ?? null,
    };
  }
  const nearest = nearestName(
    reference,
    columns.flatMap((column) => [column.name, column.displayName]),
  );
  const meant =
    nearest === null
      ? undefined
      : columns.find((column) => column.name === nearest || column.displayName === nearest);
  return {
    message: `There is no column “${reference}” at this step.${meant === undefined ? '' : ` Did you mean “${meant.displayName}”?`}`,
    suggestion: meant?.name ?? null,
  };
}

export function stepContext(
  settings: PlanSettings,
  index: number,
  input: Relation,
  errors: RecipeError[],
): StepContext {
  const report: StepContext['report'] = (field, message, suggestion = null, position) => {
    errors.push({
      step: index,
      field,
      message,
      suggestion,
      ...(position === undefined ? {} : { position }),
    });
  };
  return {
    settings,
    index,
    input,
    report,
    column(field, reference) {
      const found = findColumn(input.columns, reference);
      if (found !== undefined) return found;
      // The column may be one that the broken step before would have made: its error is enough.
      if (input.incomplete) return undefined;
      const { message, suggestion } = unknownColumn(input.columns, reference);
      report(field, message, suggestion);
      return undefined;
    },
    table(field, reference) {
      const lookup = findTable(settings.catalog, reference);
      if (lookup.found !== null) return lookup.found;
      report(field, lookup.message, lookup.suggestion);
      return undefined;
    },
    newName(field, name, taken) {
      if (name.trim() === '') {
        report(field, 'Give the column a name.');
        return undefined;
      }
      if (isReservedName(name)) {
        report(
          field,
          `Names that begin with ${name.slice(0, name.indexOf('_', 1) + 1)} are kept for the program itself.`,
        );
        return undefined;
      }
      const twin = taken.find(
        (column) => foldIdentifier(column.name) === foldIdentifier(name) || column.displayName === name,
      );
      if (twin !== undefined) {
        report(field, `There is already a column “${twin.displayName}”. Choose another name.`);
        return undefined;
      }
      return shortenIdentifier(
        name,
        new Set(taken.map((column) => foldIdentifier(column.name))),
        PORTABLE_NAME_BYTES,
      );
    },
  };
}
