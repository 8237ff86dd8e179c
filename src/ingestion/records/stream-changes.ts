import type { RecordedChange, StreamSettings } from '#contracts/streams';
import type { KnownTable } from './record-table.ts';

/**
 * What is different between the tables of a stream as they were and as a load would leave them. A table that is new
 * with its stream is no change; one that is new in a stream that was known is.
 */
export function streamChanges(
  stream: string,
  before: readonly KnownTable[],
  after: readonly KnownTable[],
): RecordedChange[] {
  const known = new Map(before.map((table) => [table.name, table]));
  return after.flatMap((table): RecordedChange[] => {
    const was = known.get(table.name);
    const change = (part: Omit<RecordedChange, 'stream' | 'table'>) => ({
      stream,
      table: table.name,
      ...part,
    });
    const isSplit = (table.parts?.length ?? 0) > (was?.parts?.length ?? 0);
    const split = isSplit ? [change({ kind: 'table_split', column: null, from: null, to: null })] : [];
    if (was === undefined) {
      return before.length === 0
        ? split
        : [change({ kind: 'table_added', column: null, from: null, to: null }), ...split];
    }
    const old = new Map(was.columns.map((column) => [column.name, column.type]));
    const present = new Set(table.columns.map(({ name }) => name));
    return [
      ...split,
      ...table.columns.flatMap(({ name, type }): RecordedChange[] => {
        const from = old.get(name);
        if (from === type) return [];
        return [
          from === undefined
            ? change({ kind: 'column_added', column: name, from: null, to: type })
            : change({ kind: 'type_changed', column: name, from, to: type }),
        ];
      }),
      ...was.columns
        .filter(({ name }) => !present.has(name))
        .map(({ name, type }) => change({ kind: 'column_removed', column: name, from: type, to: null })),
    ];
  });
}

/** Whether a person is to look at a change before it is loaded. */
export function needsReview(
  change: RecordedChange,
  { contract, review }: Pick<StreamSettings, 'contract' | 'review'>,
): boolean {
  switch (change.kind) {
    case 'table_added':
      return contract.tables === 'freeze';
    case 'column_added':
      return contract.columns === 'freeze';
    case 'type_changed':
      return contract.data_type === 'freeze' || review === 'breaking';
    case 'column_removed':
      return contract.columns === 'freeze' || review === 'breaking';
    case 'table_split':
      return false;
  }
}

/** One text per change: what was approved is recognised by it. */
export function changeKey({ kind, stream, table, column, from, to }: RecordedChange): string {
  return JSON.stringify([stream, table, kind, column, from, to]);
}
