/** Which columns a SELECT works with, as far as its text says; names are those that PostgreSQL understands. */
export interface ColumnsOfSql {
  /** Columns that it writes anywhere but as a plain `*`; null when it takes rows as a whole, so any may matter. */
  readonly mentioned: readonly string[] | null;
  /** What each of its own columns is made from; null when that is not told by its list alone. */
  readonly made: readonly MadeColumn[] | null;
  /** Whether columns come by a `*` as well. */
  readonly hasStar: boolean;
}

export interface MadeColumn {
  /** null where PostgreSQL finds a name. */
  readonly name: string | null;
  readonly from: readonly string[];
  readonly isCopy: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (node: unknown, kind: string): Fields | null =>
  isFields(node) && isFields(node[kind]) ? node[kind] : null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const stringOf = (node: unknown): string | null => {
  const text = fieldsOf(node, 'String')?.['sval'];
  return typeof text === 'string' ? text : null;
};
const isStar = (node: unknown): boolean =>
  listOf(fieldsOf(node, 'ColumnRef')?.['fields']).some((each) => fieldsOf(each, 'A_Star') !== null);

class Mentions {
  readonly names = new Set<string>();
  /** A name alone could be one of these, and then means a whole row. */
  readonly relations = new Set<string>();
  readonly alone = new Set<string>();
  takesRows = false;
  hasStar = false;

  look(value: unknown): this {
    const todo: unknown[] = [value];
    while (todo.length > 0) {
      const each = todo.pop();
      for (const [key, inner] of typeof each === 'object' && each !== null ? Object.entries(each) : []) {
        if (isFields(inner)) this.#note(key, inner);
        todo.push(inner);
      }
    }
    return this;
  }

  #note(kind: string, fields: Fields): void {
    switch (kind) {
      case 'ColumnRef': {
        const parts = listOf(fields['fields']).map(stringOf);
        for (const part of parts) if (part !== null) this.names.add(part);
        const [only, ...more] = parts;
        if (only !== null && only !== undefined && more.length === 0) this.alone.add(only);
        return;
      }
      case 'ResTarget':
        if (isStar(fields['val'])) this.hasStar = true;
        return;
      case 'SelectStmt': {
        const compares = fields['distinctClause'] !== undefined || fields['op'] !== 'SETOP_NONE';
        const stars = (list: unknown) =>
          listOf(list).some((each) => isStar(fieldsOf(each, 'ResTarget')?.['val']));
        const branches = [fields['larg'], fields['rarg']].filter(isFields);
        if (compares && [fields, ...branches].some((each) => stars(each['targetList'])))
          this.takesRows = true;
        return;
      }
      case 'JoinExpr':
        if (fields['isNatural'] === true) this.takesRows = true;
        for (const each of listOf(fields['usingClause'])) {
          const name = stringOf(each);
          if (name !== null) this.names.add(name);
        }
        return;
      case 'RangeVar':
        this.relations.add(String(fields['relname']));
        // Other names for its columns, by their places.
        if (isFields(fields['alias']) && fields['alias']['colnames'] !== undefined) this.takesRows = true;
        return;
      case 'alias':
        this.relations.add(String(fields['aliasname']));
        return;
      default:
    }
  }
}

/** Whether FROM names tables only: no part of it gives columns other names. */
function readsTablesOnly(items: readonly unknown[]): boolean {
  return items.every((item) => {
    if (fieldsOf(item, 'RangeVar') !== null) return true;
    const join = fieldsOf(item, 'JoinExpr');
    return join !== null && join['alias'] === undefined && readsTablesOnly([join['larg'], join['rarg']]);
  });
}

function madeColumns(select: Fields): MadeColumn[] | null {
  if (select['op'] !== 'SETOP_NONE' || select['withClause'] !== undefined) return null;
  if (!readsTablesOnly(listOf(select['fromClause']))) return null;
  return listOf(select['targetList']).flatMap((target): MadeColumn[] => {
    const { name, val } = fieldsOf(target, 'ResTarget') ?? {};
    if (isStar(val)) return [];
    const own = fieldsOf(val, 'ColumnRef');
    const last = own === null ? null : stringOf(listOf(own['fields']).at(-1));
    return [
      {
        name: typeof name === 'string' ? name : last,
        from: last === null ? [...new Mentions().look(val).names] : [last],
        isCopy: own !== null,
      },
    ];
  });
}

/** @param statement one SELECT, as PostgreSQL's parser gives it. */
export function columnsOfSql(statement: unknown): ColumnsOfSql {
  const mentions = new Mentions().look(statement);
  const isWhole = mentions.takesRows || [...mentions.alone].some((name) => mentions.relations.has(name));
  return {
    mentioned: isWhole ? null : [...mentions.names],
    made: isWhole ? null : madeColumns(fieldsOf(statement, 'SelectStmt') ?? {}),
    hasStar: mentions.hasStar,
  };
}
