import type { Plan, PlanNode } from '../plan/plan-recipe.ts';
import type { ColumnAlias, NamedExpression, PlanOperation } from '../plan/relation.ts';
import type { SqlOperation } from '../plan/steps/sql.ts';

/** A column of a table that a recipe reads, by physical names. */
export interface ColumnOrigin {
  readonly table: string;
  readonly column: string;
}

export interface TracedColumn {
  readonly name: string;
  readonly displayName: string;
  /** copied: the values are those of one column, unchanged. */
  readonly how: 'copied' | 'calculated';
  readonly from: readonly ColumnOrigin[];
}

export interface PlanTrace {
  /** Columns of the result. */
  readonly columns: readonly TracedColumn[];
  /** Which steps compute, compare, group or sort by a column of a table: beyond merely carrying it along. */
  readonly uses: readonly { readonly origin: ColumnOrigin; readonly steps: readonly number[] }[];
}

/** What a column of a relation is made from: keys of origins. */
interface Made {
  readonly isCopy: boolean;
  readonly from: ReadonlySet<string>;
}
type Columns = ReadonlyMap<string, Made>;

const keyOf = (table: string, column: string): string => JSON.stringify([table, column]);

function originOf(key: string): ColumnOrigin {
  const [table, column] = JSON.parse(key) as [string, string]; // written by keyOf
  return { table, column };
}

const nothing: Made = { isCopy: false, from: new Set() };

/**
 * Names of the columns that an expression, or anything that holds expressions and order keys, reads. By shape and not
 * by kind: whatever an expression is made of, a column in it is an object that says so.
 */
export function columnsRead(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) {
      for (const item of each) visit(item);
    } else if (typeof each === 'object' && each !== null) {
      if ('name' in each && typeof each.name === 'string') {
        if ('kind' in each && each.kind === 'column') names.add(each.name);
        if ('descending' in each) names.add(each.name);
      }
      for (const item of Object.values(each)) visit(item);
    }
  };
  visit(value);
  return names;
}

function together(columns: Columns, names: Iterable<string>): Set<string> {
  const from = new Set<string>();
  for (const name of names) for (const key of columns.get(name)?.from ?? []) from.add(key);
  return from;
}

/** The columns of a table as a relation of their own. */
function ofTable(table: string, columns: readonly string[]): Columns {
  return new Map(columns.map((column) => [column, { isCopy: true, from: new Set([keyOf(table, column)]) }]));
}

function brought(table: string, aliases: readonly ColumnAlias[]): [string, Made][] {
  return aliases.map(({ from, to }) => [to, { isCopy: true, from: new Set([keyOf(table, from)]) }]);
}

class Trace {
  /** Steps by key of an origin. */
  readonly uses = new Map<string, Set<number>>();
  #step = 0;

  run(nodes: readonly PlanNode[]): Columns {
    let columns: Columns = new Map();
    for (const { index, operation } of nodes) {
      this.#step = index;
      columns = this.#apply(operation, columns);
    }
    return columns;
  }

  #use(columns: Columns, value: unknown): void {
    for (const key of together(columns, columnsRead(value))) this.#useKey(key);
  }

  #useKey(key: string): void {
    const steps = this.uses.get(key) ?? new Set<number>();
    this.uses.set(key, steps.add(this.#step));
  }

  /** What an item makes; one that is calculated is a use of what it is made from. */
  #made({ expression }: NamedExpression, columns: Columns): Made {
    if (expression.kind === 'column') return columns.get(expression.name) ?? nothing;
    this.#use(columns, expression);
    return { isCopy: false, from: together(columns, columnsRead(expression)) };
  }

  #items(items: readonly NamedExpression[], columns: Columns): [string, Made][] {
    return items.map((item) => [item.name, this.#made(item, columns)]);
  }

  #apply(operation: PlanOperation, input: Columns): Columns {
    switch (operation.kind) {
      case 'scan':
        return new Map(brought(operation.table, operation.columns));
      case 'filter':
        this.#use(input, operation.predicate);
        return input;
      case 'sort':
        this.#use(input, operation.keys);
        return input;
      case 'project':
        return new Map(this.#items(operation.items, input));
      case 'extend':
        return new Map([...input, ...this.#items(operation.items, input)]);
      case 'join': {
        const rights = operation.on.map(({ right }) => right);
        this.#use(
          input,
          operation.on.map(({ left }) => left),
        );
        this.#use(ofTable(operation.table, [...columnsRead(rights)]), rights);
        return new Map([...input, ...brought(operation.table, operation.bring)]);
      }
      case 'aggregate': {
        const { keys, measures } = operation;
        this.#use(input, keys);
        this.#use(input, measures);
        return new Map([
          ...this.#items(keys, input),
          ...measures.map((measure): [string, Made] => [
            measure.name,
            { isCopy: false, from: together(input, columnsRead([measure.argument, measure.filter])) },
          ]),
        ]);
      }
      case 'stack': {
        const made = new Map(this.#items(operation.items, input));
        for (const { table, items } of operation.branches) {
          const columns = ofTable(table, [...columnsRead(items)]);
          for (const { name, expression } of items) {
            const before = made.get(name) ?? nothing;
            const from = together(columns, columnsRead(expression));
            // A cast to a common type is how a stack writes every column; the values are still those of the tables.
            made.set(name, { isCopy: from.size > 0, from: new Set([...before.from, ...from]) });
          }
        }
        return made;
      }
      case 'unpivot': {
        const values = operation.columns.map(({ value }) => value);
        this.#use(input, values);
        return new Map([
          ...input,
          [operation.name, nothing],
          [operation.value, { isCopy: false, from: together(input, columnsRead(values)) }],
        ]);
      }
      case 'unnest':
        this.#use(input, operation.list);
        return new Map([
          ...input,
          [operation.name, { isCopy: false, from: together(input, columnsRead(operation.list)) }],
        ]);
      case 'sql':
        return this.#ownSql(operation, input);
      case 'fuzzy_match': {
        const { left, own, other } = operation;
        const right =
          other === null ? input : ofTable(other.table, [...columnsRead([other.right, other.found])]);
        this.#use(input, left);
        if (other !== null) this.#use(right, [other.right, other.found]);
        const [compared, found] = other === null ? [input, own] : [right, other.found];
        return new Map([
          ...input,
          [operation.name, { isCopy: false, from: together(compared, columnsRead(found)) }],
          [
            operation.score,
            {
              isCopy: false,
              from: new Set([
                ...together(input, columnsRead(left)),
                ...together(compared, columnsRead(found)),
              ]),
            },
          ],
        ]);
      }
      case 'sequence':
        return operation.operations.reduce((columns, each) => this.#apply(each, columns), input);
    }
  }

  /** A person's own SELECT: what it names is used; where its list does not tell, a column may be made from any of that. */
  #ownSql({ uses, output, ...operation }: SqlOperation, input: Columns): Columns {
    const called = (wanted: (name: string) => boolean): Set<string> => {
      const from = together(input, (operation.input ?? []).filter(wanted));
      for (const { table, columns } of operation.tables)
        for (const column of columns.filter(wanted)) from.add(keyOf(table, column));
      return from;
    };
    const all = called(() => true);
    const { mentioned, made } = uses;
    const used = mentioned === null ? all : called((name) => mentioned.includes(name));
    for (const key of used) this.#useKey(key);
    return new Map(
      (output ?? []).map(({ name }, index): [string, Made] => {
        const written =
          made?.find((each) => each.name === name) ?? (uses.hasStar ? undefined : made?.at(index));
        if (written !== undefined)
          return [name, { isCopy: written.isCopy, from: called((each) => written.from.includes(each)) }];
        if (made !== null) return [name, { isCopy: true, from: called((each) => each === name) }];
        return [name, { isCopy: false, from: uses.hasStar ? all : used }];
      }),
    );
  }
}

/** Where each column of a recipe's result comes from, and which steps work with which columns. Pure. */
export function traceColumns(plan: Plan): PlanTrace {
  const trace = new Trace();
  const columns = trace.run(plan.nodes);
  return {
    columns: plan.columns.map(({ name, displayName }) => {
      const made = columns.get(name) ?? nothing;
      return {
        name,
        displayName,
        how: made.isCopy ? 'copied' : 'calculated',
        from: [...made.from].map(originOf),
      };
    }),
    uses: [...trace.uses].map(([key, steps]) => ({ origin: originOf(key), steps: [...steps] })),
  };
}
