import { createHash } from 'node:crypto';
import type { SourceRecord, StreamState } from '../../port.ts';
import { submissionId } from './kobo-api.ts';

/** What a submission's mark is made of: an edit gives it another UUID and leaves its id, and reviews change its status. */
export const markedFields = ['_id', '_uuid', '_validation_status'] as const;

/** Marks take some 15 bytes each; a form with more submissions is read whole once in a while instead. */
const maxMarks = 200_000;

/** 36 bits of each submission as it was loaded, by its id: enough to see that it is another one now. */
export type SubmissionMarks = Map<number, string>;

export function markOf(record: SourceRecord): string {
  const status = record['_validation_status'];
  const review = typeof status === 'object' && status !== null && 'uid' in status ? String(status.uid) : '';
  return createHash('sha256')
    .update(`${String(record['_uuid'])} ${review}`)
    .digest('base64url')
    .slice(0, 6);
}

export function noteMarks(marks: SubmissionMarks, records: readonly SourceRecord[]): void {
  for (const record of records) marks.set(submissionId(record), markOf(record));
}

/** For the state; nothing when there are too many. */
export function marksToState(marks: SubmissionMarks): StreamState {
  return marks.size > maxMarks ? {} : { marks: Object.fromEntries(marks) };
}

/** undefined: they were not kept. */
export function marksOfState(state: StreamState | undefined): SubmissionMarks | undefined {
  const kept = state?.['marks'];
  if (typeof kept !== 'object' || kept === null) return undefined;
  return new Map(Object.entries(kept).map(([id, mark]) => [Number(id), String(mark)]));
}
