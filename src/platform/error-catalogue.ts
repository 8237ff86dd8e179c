/** What every error of the product is: its HTTP status, whether trying again can help, and what to say. */
export interface ErrorDefinition {
  readonly status: number;
  /** `transient`: the same call may work later, and the run engine retries it. */
  readonly kind: 'terminal' | 'transient';
  /** Short title for people. */
  readonly title: string;
  /** What to do, when it is the same for every occurrence. */
  readonly hint: string;
}

function define<const T extends Record<string, ErrorDefinition>>(catalogue: T): Readonly<T> {
  return Object.freeze(catalogue);
}

const terminal = (status: number, title: string, hint: string): ErrorDefinition => ({
  status,
  kind: 'terminal',
  title,
  hint,
});
const transient = (status: number, title: string, hint: string): ErrorDefinition => ({
  status,
  kind: 'transient',
  title,
  hint,
});

/**
 * The one catalogue of errors. docs/errors.md is written from it and a test keeps the two equal.
 * Groups: request, account, installation, source and file, warehouse, recipe, notification, run.
 */
export const errorCatalogue = define({
  // Request
  conflict: terminal(
    409,
    'Somebody changed this meanwhile',
    'Reload to see the newest state, then try again.',
  ),
  in_use: terminal(
    409,
    'Other things depend on this',
    'Change or delete what depends on it first, or confirm that it may break.',
  ),
  internal: terminal(
    500,
    'Something went wrong on our side',
    'Try again. If it stays, give your administrator the request id.',
  ),
  invalid_input: terminal(
    422,
    'Some fields need a correction',
    'Correct the fields that are named and send it again.',
  ),
  malformed_request: terminal(
    400,
    'The request could not be read',
    'Send JSON with the header Content-Type: application/json; a file as a form with the field "file".',
  ),
  not_found: terminal(404, 'Not found', 'It may have been deleted, or you may be in another organization.'),
  payload_too_large: terminal(
    413,
    'Too large',
    'Send a smaller file, or ask your administrator to raise the limit.',
  ),
  rate_limited: transient(429, 'Too many requests', 'Wait as long as the answer says, then try again.'),
  unsupported_media_type: terminal(
    415,
    'This kind of content is not accepted here',
    'Send the content type that the endpoint asks for.',
  ),

  // Account
  account_disabled: terminal(401, 'This account is disabled', 'Ask an administrator of your organization.'),
  email_taken: terminal(409, 'An account with this e-mail exists', 'Log in instead, or use another address.'),
  forbidden: terminal(
    403,
    'You may not do this',
    'Ask an administrator of your organization for the role that may.',
  ),
  invalid_credentials: terminal(
    401,
    'E-mail or password is wrong',
    'Check both; passwords are case-sensitive.',
  ),
  last_owner: terminal(409, 'An organization needs an owner', 'Make somebody else an owner first.'),
  secret_unreadable: terminal(
    500,
    'A stored secret cannot be read',
    'Put back the key that is missing from ENCRYPTION_KEY; if it is lost, enter the credentials of the source again.',
  ),
  session_expired: terminal(401, 'Your session has ended', 'Log in again.'),
  sign_in_expired: terminal(422, 'This sign-in is over', 'Begin to sign in once more, in the same browser.'),
  sign_in_not_configured: terminal(
    422,
    'Signing in with this service is not set up',
    'Ask your administrator to set GOOGLE_OAUTH_CLIENT_ID and GOOGLE_OAUTH_CLIENT_SECRET, or choose another way.',
  ),
  unauthenticated: terminal(401, 'Log in first', 'Send a valid access token.'),
  weak_password: terminal(
    422,
    'This password is too easy to guess',
    'Choose a longer one; three or four unrelated words work well.',
  ),

  // Installation
  backup_unreadable: terminal(
    422,
    'The backup cannot be read',
    'Check that the file is whole, and was written by this or an earlier version.',
  ),
  backup_unsupported: terminal(
    409,
    'The backup would not be complete',
    'Remove the objects that are named from the database, or back it up with pg_dump.',
  ),
  configuration_invalid: terminal(
    500,
    'A setting is wrong',
    'Correct the environment variable that is named and start again.',
  ),
  data_directory_newer: terminal(
    500,
    'The data directory belongs to a newer version',
    'Install that version again, or restore a backup made with this one.',
  ),
  data_directory_older: terminal(
    500,
    'The data directory belongs to an older version',
    'Back it up with the version that wrote it, then restore the backup with this one.',
  ),
  data_directory_unusable: terminal(
    500,
    'The data directory cannot be used',
    'Give the user that runs Dalgo Lite the right to read and write it, or choose another with DALGO_DATA_DIR.',
  ),
  database_unavailable: transient(
    503,
    'The database does not answer',
    'It is tried again by itself. If it stays, run `npm run dalgo -- doctor`.',
  ),
  port_in_use: terminal(
    500,
    'The port is taken',
    'Stop the other program, or choose another port with PORT.',
  ),
  postgres_start_failed: terminal(
    500,
    'The embedded PostgreSQL did not start',
    'Run `npm run dalgo -- doctor`; its log is postgres.log in the data directory.',
  ),
  runtime_missing: terminal(
    500,
    'The pinned Node.js is missing',
    'Run `npm install` without --omit=optional.',
  ),

  web_build_failed: terminal(
    500,
    'The pages could not be built',
    'The message says why. `npm run build` tries again.',
  ),

  // Source and file
  file_empty: terminal(
    422,
    'The file has no rows',
    'Check that the right file was chosen and that it has a header and data.',
  ),
  file_format_unsupported: terminal(
    415,
    'This is not a file that can be read',
    'Use CSV, Excel (.xlsx), JSON or Parquet, also as gzip or zip.',
  ),
  outbound_blocked: terminal(
    422,
    'This address may not be reached from here',
    'Use a public http(s) address, or ask your administrator to allow this host.',
  ),
  outbound_failed: transient(
    502,
    'The other service did not answer as expected',
    'Check the address; it is tried again by itself.',
  ),
  primary_key_missing: terminal(
    422,
    'The field that tells records apart is missing',
    'Choose a field that every record has, or leave the primary key empty.',
  ),
  export_interrupted: terminal(
    500,
    'Sending was interrupted',
    'Send it again. The sheet has its old content.',
  ),
  sheet_too_large: terminal(
    422,
    'A spreadsheet cannot hold this',
    'Send a smaller table: keep fewer rows or columns in a transformation, or choose an empty spreadsheet.',
  ),
  source_config_invalid: terminal(
    422,
    'The settings of this source need a correction',
    'Correct the fields that are named.',
  ),
  source_credentials_refused: terminal(
    422,
    'The service refuses the credentials',
    'Check the token or password, and that it has not expired; then save it again.',
  ),
  source_forbidden: terminal(
    422,
    'The service does not allow this',
    'Give the account that the credentials belong to the right to read it.',
  ),
  source_not_found: terminal(
    422,
    'The service does not have this',
    'Check the address and the name; it may have been deleted or moved there.',
  ),
  source_unexpected_answer: terminal(
    422,
    'The service answered something else',
    'Check that the address belongs to the right service, and to its API.',
  ),
  too_many_columns: terminal(
    422,
    'Too many columns',
    'Split the file, or turn columns into rows before you upload it.',
  ),
  cursor_value_missing: terminal(
    422,
    'A record does not say when it was changed',
    'Choose another field to find new records by, or let records without a value in or out in the settings of the stream.',
  ),
  schema_review_needed: terminal(
    409,
    'A change of the source waits for you',
    'Look at the change on the page of the source: approve it to load it, or refuse it to keep what you have.',
  ),
  too_many_rejected_rows: terminal(
    422,
    'Too many rows cannot be read',
    'Check the delimiter, the encoding and the types that were chosen.',
  ),
  upload_incomplete: terminal(400, 'The upload did not arrive whole', 'Upload the file again.'),
  upload_missing: terminal(422, 'The uploaded file is no longer there', 'Upload the file again.'),

  // Warehouse
  disk_full: transient(507, 'The disk is full', 'Free some space; nothing was changed.'),
  query_cancelled: terminal(499, 'Cancelled', 'Start it again when you want to.'),
  query_timeout: transient(
    504,
    'This took too long',
    'Filter earlier in the recipe, or run it as a table instead of a preview.',
  ),
  export_too_large: terminal(
    422,
    'The table is too large for a file of this kind',
    'Choose CSV or Parquet, or filter the table first.',
  ),
  row_too_wide: terminal(
    422,
    'A row is wider than the database can keep',
    'Drop columns, or split the table.',
  ),
  table_missing: terminal(
    409,
    'A table that is needed does not exist yet',
    'Load the source or run the transformation that makes it.',
  ),
  warehouse_error: terminal(
    500,
    'The warehouse refused a statement',
    'The message says which; nothing was changed.',
  ),

  // Recipe
  data_test_failed: terminal(
    422,
    'The data did not pass a test',
    'Look at the rows that are shown with the test. Correct them where they come from or change the test, then run it again.',
  ),
  name_taken: terminal(409, 'This name is taken', 'Choose another name.'),
  recipe_cycle: terminal(
    422,
    'Transformations would go in a circle',
    'Remove the step that reads a table made from this one.',
  ),
  recipe_invalid: terminal(
    422,
    'Some steps need a correction',
    'Open the steps that are marked and correct them.',
  ),
  table_columns_changed: terminal(
    409,
    'The columns of a growing table would change',
    'Run it once with “Make the whole table again”, or let new columns be added in its output settings.',
  ),

  // Notification
  mail_not_configured: terminal(
    409,
    'E-mail is not set up',
    'Ask your administrator to set SMTP_URL; notifications in the program work without it.',
  ),
  message_refused: terminal(
    502,
    'The message was refused',
    'Check the address of the channel; it may have been removed at the other side.',
  ),

  // Run
  run_cancelled: terminal(409, 'The run was cancelled', 'Start it again when you want to.'),
  run_not_cancellable: terminal(409, 'This run has already ended', 'There is nothing to cancel.'),
  run_not_retryable: terminal(
    409,
    'This run cannot be run again',
    'Only failed or cancelled runs can; start a new one instead.',
  ),
  schedule_invalid: terminal(
    422,
    'This schedule never fires',
    'Correct the time, the day, the timezone or the cron expression.',
  ),
  step_gives_up: terminal(
    500,
    'A step was begun again and again without an end',
    'It may need more memory than the worker has. Make its input smaller, or ask your administrator to look at the log.',
  ),
  step_taken_over: terminal(
    409,
    'Another worker has taken this step over',
    'Nothing to do: the other worker finishes it.',
  ),
  worker_unavailable: transient(
    503,
    'No worker is running',
    'Work is queued and starts as soon as a worker is there.',
  ),
} as const satisfies Record<string, ErrorDefinition>);

export type ErrorCode = keyof typeof errorCatalogue;
