import { describe, expect, test } from 'vitest';
import { parseEvent, readyAt, reconnectDelay } from './events.ts';
import { staleAfter } from './live-data.ts';

const base = { id: '7', at: '2026-11-21T00:00:00Z' };

describe('live events', () => {
  test('what is no event, or of a later kind, is passed over', () => {
    expect(parseEvent('not json')).toBeUndefined();
    expect(parseEvent('{"type":"ready","last_event_id":"7"}')).toBeUndefined();
    expect(parseEvent('{"id":"8","type":"something_new"}')).toBeUndefined();
    expect(parseEvent(JSON.stringify({ ...base, type: 'changed', kind: 'source', ref_id: 's' }))?.type).toBe(
      'changed',
    );
  });

  test('the greeting says from where a reconnection goes on', () => {
    expect(readyAt('{"type":"ready","last_event_id":"41"}')).toBe('41');
    expect(readyAt('{"type":"run","id":"41"}')).toBeUndefined();
  });

  test('attempts come ever more slowly, spread out, and at least twice a minute', () => {
    expect(reconnectDelay(0, 0)).toBe(500);
    expect(reconnectDelay(0, 1)).toBe(1000);
    expect(reconnectDelay(3, 1)).toBe(8000);
    expect(reconnectDelay(20, 1)).toBe(30_000);
  });

  test('a changed source makes lists, tables and the canvas old; progress makes nothing old', () => {
    expect(staleAfter({ ...base, type: 'changed', kind: 'source', ref_id: 's' })).toContain('/graph');
    expect(
      staleAfter({
        ...base,
        type: 'progress',
        run_id: 'r',
        step_id: 'x',
        kind: 'sync',
        ref_id: 's',
        progress: {
          phase: 'loading',
          rows_done: 1,
          bytes_done: 1,
          bytes_total: null,
          rows_per_second: null,
          seconds_left: null,
        },
      }),
    ).toEqual([]);
  });
});
