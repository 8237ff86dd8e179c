import {
  ALLOWED_COLLATIONS,
  ALLOWED_FUNCTIONS,
  ALLOWED_NODES,
  ALLOWED_OPERATORS,
  ALLOWED_TYPES,
  ALLOWED_VALUE_FUNCTIONS,
  LENGTH_FUNCTIONS,
  MAX_WRITTEN_LENGTH,
  SERIES_FUNCTION,
} from './sql-allow-list.ts';
import { columnsOfSql, type ColumnsOfSql } from './columns-of-sql.ts';
import { indexOfByte, parseSql, type SqlProblem } from './parse-sql.ts';

/** What people write for the rows of the step before. */
const INPUT = /\{\{\s*input\s*\}\}/g;
/** As long as the shortest spelling, so that no position moves. */
const STAND_IN = '__input__';
/** How the query finds them. */
export const INPUT_NAME = 'input';

export interface CheckedSql {
  /** The one SELECT, with `{{input}}` replaced by a name of the same length: positions in it are those in the text. */
  readonly query: string;
  readonly readsInput: boolean;
  /** Names of tables as PostgreSQL understands them, each once, and where they first stand. */
  readonly tables: readonly { readonly name: string; readonly position: number }[];
  readonly columns: ColumnsOfSql;
}

export type SqlCheck =
  | { readonly checked: CheckedSql; readonly problem: null }
  | { readonly checked: null; readonly problem: SqlProblem };

type Fields = Readonly<Record<string, unknown>>;

/** Names of WITH that a part of the query can see; each knows those around it. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | null;
}

interface Visit {
  readonly kind: string;
  readonly fields: Fields;
  readonly scope: Scope | null;
  /** Where the nearest node with a place stands, in bytes. */
  readonly at: number;
  readonly isFromItem: boolean;
}

class Refusal extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that hold one kind of node without naming it. */
const plainFields: Readonly<Record<string, string>> = {
  withClause: 'WithClause',
  typeName: 'TypeName',
  over: 'WindowDef',
  alias: 'Alias',
  join_using_alias: 'Alias',
};

/** A wrapped node as its kind and fields. */
function unwrap(value: unknown): { readonly kind: string; readonly fields: Fields } | null {
  if (!isFields(value)) return null;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || !/^[A-Z]/.test(entry[0]) || !isFields(entry[1]))
    return null;
  return { kind: entry[0], fields: entry[1] };
}

function strings(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each) => {
    const node = unwrap(each);
    return node?.kind === 'String' && typeof node.fields['sval'] === 'string' ? [node.fields['sval']] : [];
  });
}

/** A name without `pg_catalog.` in front, which the parser puts there for words like EXTRACT; null when it has another. */
function plainName(list: unknown): string | null {
  const parts = strings(list);
  const [first, second] = parts;
  if (parts.length === 1) return first ?? null;
  return parts.length === 2 && first === 'pg_catalog' ? (second ?? null) : null;
}

const written = (list: unknown): string => strings(list).join('.');

function isKnown(scope: Scope | null, name: string): boolean {
  for (let at = scope; at !== null; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

const statementWords: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
  CopyStmt: 'COPY',
};

/** Walks a parse tree without recursion, so that no query is too deep for it. */
class Walk {
  readsInput = false;
  readonly inputs: number[] = [];
  readonly tables = new Map<string, number>();
  #series = 0;
  readonly #todo: Visit[] = [];

  run(statement: unknown): void {
    this.#push(statement, null, 0, false);
    for (let visit = this.#todo.pop(); visit !== undefined; visit = this.#todo.pop()) this.#visit(visit);
  }

  #push(value: unknown, scope: Scope | null, at: number, isFromItem: boolean): void {
    const node = unwrap(value);
    if (node === null) throw new Refusal('This cannot be used here.', at);
    this.#todo.push({ ...node, scope, at, isFromItem });
  }

  #visit({ kind, fields, scope, at: outside, isFromItem }: Visit): void {
    const place = fields['location'];
    const at = typeof place === 'number' && place >= 0 ? place : outside;
    const allowed = ALLOWED_NODES[kind];
    if (allowed === undefined) {
      const word = statementWords[kind];
      throw new Refusal(
        word === undefined
          ? `This cannot be used in a step: only one SELECT that reads tables (${kind}).`
          : `${word} changes data; a step can only read it. Write a SELECT.`,
        at,
      );
    }
    for (const key of Object.keys(fields)) {
      if (allowed.includes(key)) continue;
      throw new Refusal(refusedField(kind, key), at);
    }
    this.#check(kind, fields, scope, at, isFromItem);
    this.#children(kind, fields, this.#inner(kind, fields, scope, at), at);
  }

  /** The scope of a SELECT's parts: around it, and the names of its WITH, each of which sees those before it. */
  #inner(kind: string, fields: Fields, scope: Scope | null, at: number): Scope | null {
    const withClause = fields['withClause'];
    if (kind !== 'SelectStmt' || !isFields(withClause)) return scope;
    if (withClause['recursive'] === true) throw new Refusal('WITH RECURSIVE cannot be used in a step.', at);
    const ctes = withClause['ctes'];
    let inner = scope;
    for (const each of Array.isArray(ctes) ? ctes : []) {
      const cte = unwrap(each);
      const name = cte?.fields['ctename'];
      if (cte?.kind !== 'CommonTableExpr' || typeof name !== 'string') continue;
      const place = typeof cte.fields['location'] === 'number' ? cte.fields['location'] : at;
      if (name === STAND_IN || name === INPUT_NAME)
        throw new Refusal('“input” is the step before; give this part another name.', place);
      this.#todo.push({ ...cte, scope: inner, at: place, isFromItem: false });
      inner = { names: new Set([name]), outer: inner };
    }
    return inner;
  }

  #children(kind: string, fields: Fields, scope: Scope | null, at: number): void {
    for (const [key, value] of Object.entries(fields)) {
      if (key === 'withClause') {
        // Its parts are on their way with their own scopes; the rest of it is looked at here.
        for (const field of Object.keys(isFields(value) ? value : {}))
          if (!['ctes', 'location'].includes(field)) throw new Refusal(refusedField('WithClause', field), at);
        continue;
      }
      const plain =
        kind === 'SelectStmt' && (key === 'larg' || key === 'rarg') ? 'SelectStmt' : plainFields[key];
      if (kind === 'A_Const') continue;
      if (plain !== undefined) {
        if (!isFields(value)) throw new Refusal('This cannot be used here.', at);
        this.#todo.push({ kind: plain, fields: value, scope, at, isFromItem: false });
      } else if (Array.isArray(value)) {
        const isFrom = key === 'fromClause' || key === 'functions' || (key === 'items' && kind === 'List');
        for (const item of value) if (Object.keys(item ?? {}).length > 0) this.#push(item, scope, at, isFrom);
      } else if (typeof value === 'object' && value !== null) {
        this.#push(value, scope, at, false);
      }
    }
  }

  #check(kind: string, fields: Fields, scope: Scope | null, at: number, isFromItem: boolean): void {
    switch (kind) {
      case 'RangeVar':
        return this.#table(fields, scope, at);
      case 'ColumnRef':
        if (strings(fields['fields'])[0] === STAND_IN) this.inputs.push(at);
        return undefined;
      case 'FuncCall':
        return this.#call(fields, at, isFromItem);
      case 'TypeName': {
        const name = plainName(fields['names']);
        if (name === null || !ALLOWED_TYPES.has(name))
          throw new Refusal(`The type ${written(fields['names'])} cannot be used in a step.`, at);
        return undefined;
      }
      case 'A_Expr': {
        const [name = '', ...more] = strings(fields['name']);
        if (more.length > 0 || !ALLOWED_OPERATORS.has(name))
          throw new Refusal(`The operator ${written(fields['name'])} cannot be used in a step.`, at);
        return undefined;
      }
      case 'SubLink': {
        const names = strings(fields['operName']);
        if (names.length > 1 || names.some((name) => !ALLOWED_OPERATORS.has(name)))
          throw new Refusal(`The operator ${names.join('.')} cannot be used in a step.`, at);
        return undefined;
      }
      case 'CollateClause':
        if (strings(fields['collname']).length !== 1 || !ALLOWED_COLLATIONS.has(written(fields['collname'])))
          throw new Refusal('Only COLLATE "C" can be used in a step.', at);
        return undefined;
      case 'SQLValueFunction':
        if (!ALLOWED_VALUE_FUNCTIONS.has(String(fields['op'])))
          throw new Refusal('Who asks, and in which database, cannot be used in a step.', at);
        return undefined;
      case 'A_Indirection': {
        const list = fields['indirection'];
        if (!Array.isArray(list) || list.some((each) => unwrap(each)?.kind !== 'A_Indices'))
          throw new Refusal('Parts of a row cannot be taken out like this; name the columns.', at);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #table(fields: Fields, scope: Scope | null, at: number): void {
    const name = String(fields['relname']);
    if (fields['inh'] !== true || fields['relpersistence'] !== 'p')
      throw new Refusal('Name the table alone.', at);
    if (isKnown(scope, name)) return;
    if (name === STAND_IN) {
      this.readsInput = true;
      this.inputs.push(at);
    } else if (name === INPUT_NAME) this.readsInput = true;
    else if (!this.tables.has(name)) this.tables.set(name, at);
  }

  #call(fields: Fields, at: number, isFromItem: boolean): void {
    const name = plainName(fields['funcname']);
    if (name === null || !ALLOWED_FUNCTIONS.has(name))
      throw new Refusal(`The function ${written(fields['funcname'])} cannot be used in a step.`, at);
    const args = Array.isArray(fields['args']) ? fields['args'] : [];
    if (LENGTH_FUNCTIONS.has(name)) {
      const length = unwrap(args[1]);
      const number =
        length?.kind === 'A_Const' && isFields(length.fields['ival']) ? length.fields['ival'] : null;
      if (number === null || Number(number['ival'] ?? 0) > MAX_WRITTEN_LENGTH)
        throw new Refusal(
          `The length in ${name} has to be written out as a number, at most ${MAX_WRITTEN_LENGTH.toLocaleString('en')}.`,
          at,
        );
    }
    if (name === SERIES_FUNCTION) {
      this.#series += 1;
      if (!isFromItem || this.#series > 1)
        throw new Refusal(`${SERIES_FUNCTION} can stand once, behind FROM or JOIN.`, at);
    }
  }
}

function refusedField(kind: string, key: string): string {
  if (kind === 'RangeVar') return 'Only tables of your own can be read: write their name without a schema.';
  switch (key) {
    case 'intoClause':
      return 'SELECT INTO makes a table; a step can only read.';
    case 'lockingClause':
      return 'FOR UPDATE and FOR SHARE lock rows; a step can only read.';
    case 'recursive':
      return 'WITH RECURSIVE cannot be used in a step.';
    default:
      return `This cannot be used in a step (${kind}: ${key}).`;
  }
}

/** The one statement of a text, without what follows it; its end in bytes. */
function onlyStatement(sql: string): { statement: unknown; end: number } | SqlProblem {
  const parsed = parseSql(sql);
  if (parsed.problem !== null) return parsed.problem;
  const statements = parsed.statements.flatMap((each) => (isFields(each) ? [each] : []));
  const [first, second] = statements;
  if (first === undefined) return { message: 'Write a SELECT.', position: 0 };
  if (second !== undefined) {
    const place = Number(second['stmt_location'] ?? 0);
    return {
      message: 'Write one SELECT only; this is a second statement.',
      position: indexOfByte(sql, place),
    };
  }
  const length = Number(first['stmt_len'] ?? 0);
  const start = Number(first['stmt_location'] ?? 0);
  return {
    statement: first['stmt'],
    end: length === 0 ? Buffer.byteLength(sql, 'utf8') : start + length,
  };
}

/**
 * Whether an SQL text is one SELECT made only of what is allowed, and which tables it reads. It is read by PostgreSQL's
 * own parser, so nothing can look like one thing here and be another there.
 *
 * @example checkSql('SELECT district, count(*) FROM {{input}} GROUP BY 1')
 */
export function checkSql(text: string): SqlCheck {
  const asNames = text.replaceAll(INPUT, (found) => STAND_IN.padEnd(found.length));
  const one = onlyStatement(asNames);
  if ('message' in one) return { checked: null, problem: one };
  const walk = new Walk();
  try {
    if (unwrap(one.statement)?.kind !== 'SelectStmt') {
      const kind = unwrap(one.statement)?.kind ?? '';
      throw new Refusal(
        `${statementWords[kind] ?? 'This'} cannot be used in a step: write one SELECT.`,
        asNames.length - asNames.trimStart().length,
      );
    }
    walk.run(one.statement);
    let query = text.slice(0, indexOfByte(asNames, one.end));
    for (const bytes of walk.inputs) {
      const at = indexOfByte(asNames, bytes);
      const [found] = /^\{\{\s*input\s*\}\}/.exec(text.slice(at)) ?? [];
      if (found === undefined) throw new Refusal(`There is no table “${STAND_IN}”.`, bytes);
      query = `${query.slice(0, at)}${`"${INPUT_NAME}"`.padEnd(found.length)}${query.slice(at + found.length)}`;
    }
    const tables = [...walk.tables]
      .map(([name, bytes]) => ({ name, position: indexOfByte(asNames, bytes) }))
      .sort((a, b) => a.position - b.position);
    const columns = columnsOfSql(one.statement);
    return { checked: { query, readsInput: walk.readsInput, tables, columns }, problem: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { checked: null, problem: { message: error.message, position: indexOfByte(asNames, error.at) } };
  }
}
