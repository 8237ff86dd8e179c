import type { ColumnType } from '#contracts/column-types';
import type { Expression } from './expression.ts';
import type { ColumnsOfSql } from './sql/columns-of-sql.ts';

export interface PlanColumn {
  /** Physical name, unique in its relation also when case is ignored. */
  readonly name: string;
  /** What people see. */
  readonly displayName: string;
  readonly type: ColumnType;
}

export interface OrderKey {
  /** A column of the relation, or one of its hidden ones. */
  readonly name: string;
  readonly descending: boolean;
  /** null for a row's position in its table. */
  readonly type: ColumnType | null;
}

/** What a step hands to the next one. */
export interface Relation {
  readonly columns: readonly PlanColumn[];
  /**
   * Columns that rows carry along only to be put in order at the end: copies of sort keys that a later step dropped or
   * changed, and positions of rows.
   */
  readonly hidden: readonly string[];
  /** Order that the recipe asked for. */
  readonly order: readonly OrderKey[];
  /** What makes the order total, so that pages of a preview fit together; empty unless that was asked for. */
  readonly ties: readonly OrderKey[];
  /** An earlier step has an error, so a column that is missing here may only be missing because of it. */
  readonly incomplete: boolean;
}

export type AggregateKind =
  | 'count_rows'
  | 'count'
  | 'count_distinct'
  | 'sum'
  | 'average'
  | 'min'
  | 'max'
  | 'percentile'
  | 'first'
  | 'list';

export interface Measure {
  readonly name: string;
  readonly kind: AggregateKind;
  readonly argument: Expression | null;
  readonly type: ColumnType;
  /** Only rows for which it holds count. */
  readonly filter?: Expression | undefined;
  /** For percentile: 0 to 1. */
  readonly fraction?: number | undefined;
  /** For list. */
  readonly separator?: string | undefined;
  /** For first: total. */
  readonly order?: readonly OrderKey[] | undefined;
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: Expression;
}

export interface ColumnAlias {
  readonly from: string;
  readonly to: string;
  readonly type: ColumnType;
}

/** The relational work of one step on the step before it. */
export type PlanOperation =
  | {
      readonly kind: 'scan';
      readonly table: string;
      readonly columns: readonly ColumnAlias[];
      /** Hidden column for the position of the row in the table, or null. */
      readonly rowPosition: string | null;
    }
  | { readonly kind: 'filter'; readonly predicate: Expression }
  /** All columns of the result, hidden ones too. */
  | { readonly kind: 'project'; readonly items: readonly NamedExpression[]; readonly distinct: boolean }
  /** The input's columns and these. */
  | { readonly kind: 'extend'; readonly items: readonly NamedExpression[] }
  | {
      readonly kind: 'join';
      /** semi and anti keep rows with and without a match, and bring nothing. */
      readonly joinType: 'left' | 'inner' | 'right' | 'outer' | 'semi' | 'anti';
      readonly table: string;
      /** Keys of the input and of the table; all must be equal. */
      readonly on: readonly { readonly left: Expression; readonly right: Expression }[];
      /** Match only the first row of the table for a key, by what is brought. */
      readonly onlyFirst: boolean;
      readonly bring: readonly ColumnAlias[];
      readonly rowPosition: string | null;
    }
  | {
      readonly kind: 'aggregate';
      readonly keys: readonly NamedExpression[];
      readonly measures: readonly Measure[];
    }
  /** All branches below one another; each has the same columns in the same order. */
  | {
      readonly kind: 'stack';
      readonly items: readonly NamedExpression[];
      readonly branches: readonly { readonly table: string; readonly items: readonly NamedExpression[] }[];
    }
  /** Each row once for every column in the list, with the column's name and value. */
  | {
      readonly kind: 'unpivot';
      readonly columns: readonly { readonly label: string; readonly value: Expression }[];
      readonly name: string;
      readonly value: string;
      /** Hidden column for the number of the column. */
      readonly position: string;
    }
  /** One row for each part of a value, and the row itself, with an empty part, where there is none. */
  | {
      readonly kind: 'unnest';
      readonly list: Expression;
      /** Between the parts of a text; null for a list in nested data. */
      readonly separator: string | null;
      readonly name: string;
      /** Hidden column for the number of the part, or null. */
      readonly position: string | null;
    }
  /** Each row with the text that is most similar to one of its own. */
  | {
      readonly kind: 'fuzzy_match';
      /** The text of the row, ready to compare; empty ones match nothing. */
      readonly left: Expression;
      /** null: the other texts of the same column, of which the most frequent is taken. */
      readonly other: {
        readonly table: string;
        readonly right: Expression;
        readonly found: Expression;
      } | null;
      /** What is returned of the same column. */
      readonly own: Expression;
      /** Share of common trigrams, as a decimal. */
      readonly threshold: string;
      readonly name: string;
      readonly score: string;
    }
  /** A person's own SELECT, in PostgreSQL's words. */
  | {
      readonly kind: 'sql';
      /** As it was written, but that the step before is called "input". */
      readonly query: string;
      /** Columns of the step before that it sees; null when it does not read it. */
      readonly input: readonly string[] | null;
      /** Tables under the names by which it calls them. */
      readonly tables: readonly {
        readonly as: string;
        readonly table: string;
        readonly columns: readonly string[];
      }[];
      /** Which of their columns it works with. */
      readonly uses: ColumnsOfSql;
      /** What it gives; null to ask the database for it. */
      readonly output: readonly { readonly name: string; readonly type: ColumnType }[] | null;
      /** More rows are an error. */
      readonly maxRows: number;
    }
  /** Several operations that are one step to a person: each works on the one before. */
  | { readonly kind: 'sequence'; readonly operations: readonly PlanOperation[] }
  /** Rows are put in order where the result is read; in between, SQL keeps none. */
  | { readonly kind: 'sort'; readonly keys: readonly OrderKey[] };

/** Names that recipes may not give to columns: the loader's own, and those of hidden columns. */
export function isReservedName(name: string): boolean {
  return /^_(dlt|dalgo)_/i.test(name);
}

interface KeptKeys {
  readonly items: readonly NamedExpression[];
  readonly order: readonly OrderKey[];
  readonly ties: readonly OrderKey[];
  readonly hidden: readonly string[];
}

/**
 * Keeps the order of a relation whose columns `lost` are about to be dropped or rewritten: those that the order needs
 * are copied into hidden columns first.
 */
export function keepOrderKeys(relation: Relation, lost: ReadonlySet<string>, stepIndex: number): KeptKeys {
  const copies = new Map<string, string>();
  const items: NamedExpression[] = [];
  const keep = (key: OrderKey): OrderKey => {
    if (!lost.has(key.name) || key.type === null) return key;
    let copy = copies.get(key.name);
    if (copy === undefined) {
      copy = `_dalgo_key_${stepIndex + 1}_${copies.size + 1}`;
      copies.set(key.name, copy);
      items.push({ name: copy, expression: { kind: 'column', name: key.name, type: key.type } });
    }
    return { ...key, name: copy };
  };
  const order = relation.order.map(keep);
  const ties = relation.ties.map(keep);
  return { items, order, ties, hidden: [...relation.hidden, ...copies.values()] };
}

/** Hidden columns as items of a projection; their type never matters to it. */
export function hiddenItems(relation: Relation): NamedExpression[] {
  return relation.hidden.map((name) => ({ name, expression: { kind: 'column', name, type: 'text' } }));
}

/** An order in which no two rows that differ stand side by side by chance: what was asked for, then all other columns. */
export function totalOrder(keys: readonly OrderKey[], columns: readonly PlanColumn[]): OrderKey[] {
  const others = columns.filter(({ name }) => !keys.some((key) => key.name === name));
  return [...keys, ...others.map(({ name, type }) => ({ name, type, descending: false }))];
}
