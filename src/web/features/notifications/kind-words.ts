import type { NotificationKind } from '#contracts/notifications';

/** What one can hear of, in the order of how much it matters. */
export const kindWords: readonly {
  readonly kind: NotificationKind;
  readonly label: string;
  readonly help: string;
}[] = [
  { kind: 'failure', label: 'A pipeline fails', help: 'Or finishes with errors' },
  { kind: 'did_not_run', label: 'It did not run', help: 'Its time passed while nothing ran' },
  { kind: 'late', label: 'It is late', help: 'It waits, or takes much longer than usual' },
  { kind: 'recovery', label: 'It works again', help: 'The first success after a failure' },
  {
    kind: 'first_success',
    label: 'It works for the first time',
    help: 'A new pipeline succeeded, after it had failed',
  },
  { kind: 'data_test', label: 'Data tests', help: 'Data does not pass a test that was set for it' },
  { kind: 'schema_change', label: 'Columns changed', help: 'A source brings other columns than before' },
];
