import type { useFormat } from '../../use-format.ts';
import type { CanvasNode } from './graph.ts';
import { kindWords, type NodeState } from './node-state.ts';
import type { SyncProgress } from '#contracts/sources';

/** What of the organization's way with numbers and times is needed here. */
export type Format = Pick<ReturnType<typeof useFormat>, 'count' | 'duration' | 'relative'>;

/** "CSV file · 12,456 rows": what a node is and how much it holds. */
export function nodeFacts(node: CanvasNode, format: Format): string {
  const what = node.kind === 'source' ? sourceWord(node.summary) : node.summary || kindWords[node.kind];
  const rows =
    node.row_count !== null && node.kind !== 'transformation'
      ? format.count(node.row_count, ['row', 'rows'])
      : undefined;
  return [what, rows].filter((part) => part !== undefined).join(' · ');
}

/** The same with the kind before, where the icon alone is not enough. */
export function nodeDescription(node: CanvasNode, format: Format): string {
  const facts = nodeFacts(node, format);
  return facts.startsWith(kindWords[node.kind]) ? facts : `${kindWords[node.kind]} · ${facts}`;
}

const sourceWords: Readonly<Record<string, string>> = {
  csv: 'CSV file',
  kobo: 'KoboToolbox',
  odk_central: 'ODK Central',
  commcare: 'CommCare HQ',
  surveycto: 'SurveyCTO',
  google_sheets: 'Google Sheets',
  rest_api: 'REST API',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
};

function sourceWord(type: string): string {
  return sourceWords[type] ?? (type || kindWords.source);
}

/** "45,000 rows, about 12 s left": how far running work is. */
export function progressWords(progress: SyncProgress | undefined, format: Format): string {
  if (!progress || progress.phase === 'waiting') return 'Running';
  if (progress.phase === 'finishing') return 'Finishing';
  const rows = format.count(progress.rows_done, ['row', 'rows']);
  if (progress.seconds_left === null) return rows;
  return `${rows}, ${format.duration(Math.max(1, Math.ceil(progress.seconds_left)) * 1000)} left`;
}

/** Share of the work that is done, 0–1; undefined when the end is not known. */
export function progressShare(progress: SyncProgress | undefined): number | undefined {
  if (!progress?.bytes_total) return undefined;
  return progress.bytes_done / progress.bytes_total;
}

/** The state of a node in a few words that stand alone. */
export function stateWords(state: NodeState, kind: CanvasNode['kind'], format: Format): string {
  switch (state.is) {
    case 'running':
      return progressWords(state.progress, format);
    case 'waiting':
      return 'Waiting for its turn';
    case 'failed':
      return `Failed: ${state.reason}`;
    case 'broken':
      return `Needs a correction. ${state.reason}`;
    case 'stale':
      return state.since === null
        ? 'Out of date'
        : `Out of date, ${freshVerb(kind).toLowerCase()} ${format.relative(state.since)}`;
    case 'cancelled':
      return 'Cancelled';
    case 'fresh':
      return `${freshVerb(kind)} ${format.relative(state.at)}`;
    case 'new':
      return kind === 'source' ? 'Not loaded yet' : 'Not run yet';
    default:
      return state satisfies never;
  }
}

function freshVerb(kind: CanvasNode['kind']): string {
  if (kind === 'source') return 'Synced';
  return kind === 'transformation' ? 'Ran' : 'Updated';
}
