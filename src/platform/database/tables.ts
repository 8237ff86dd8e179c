import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely';
import type { DataTestRule, DataTestSeverity } from '#contracts/data-tests';
import type { Materialization } from '#contracts/materialization';
import type { Recipe } from '#contracts/recipe';
import type { RunError, RunStatus, StepStatus } from '#contracts/primitives';
import type { SyncProgress } from '#contracts/sources';
import type { RecordedChange, StreamSettings } from '#contracts/streams';
import type { Row, TableColumn } from '#contracts/warehouse';
import type {
  Frequency,
  MissedPolicy,
  OnFailure,
  OverlapPolicy,
  PartScope,
  RunTrigger,
} from '#contracts/pipelines';
import type { OrganizationEvent } from '#contracts/events';
import type { ChannelKind, NotificationKind, NotificationSeverity } from '#contracts/notifications';
import type {
  ApiKeyId,
  DataTestId,
  ExternalRunId,
  GoogleConnectionId,
  NotificationChannelId,
  NotificationId,
  NotificationMessageId,
  OrganizationId,
  PipelineId,
  RunId,
  SchemaReviewId,
  SessionId,
  SheetExportId,
  SourceId,
  StepId,
  TransformationId,
  UploadId,
  UserId,
  WebhookKeyId,
} from '../ids.ts';

/** Read as Date, written as Date or RFC 3339 text. */
type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** Read as the value, written as JSON text (pg would send an array as a PostgreSQL array). */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** bigint: parsed to a number, since all of ours stay far below 2^53. */
type BigInt = number;

/** The metadata tables of migrations/*.sql; a test compares this with information_schema. */
export interface Tables {
  users: {
    id: UserId;
    email: string;
    name: string;
    password_hash: string | null;
    is_system: Generated<boolean>;
    disabled_at: NullableTimestamp;
    created_at: Timestamp;
  };
  organizations: {
    id: OrganizationId;
    name: string;
    timezone: Generated<string>;
    locale: Generated<string>;
    fiscal_year_start_month: Generated<number>;
    encrypted_data_key: string;
    encrypted_role_password: string;
    created_at: Timestamp;
  };
  organization_members: {
    organization_id: OrganizationId;
    user_id: UserId;
    role: 'owner' | 'admin' | 'editor' | 'viewer';
    joined_at: Timestamp;
  };
  sessions: {
    id: SessionId;
    user_id: UserId;
    organization_id: OrganizationId;
    created_at: Timestamp;
    last_used_at: Timestamp;
    expires_at: Timestamp;
    revoked_at: NullableTimestamp;
    revoked_reason: string | null;
    user_agent: string | null;
  };
  refresh_tokens: {
    token_hash: Buffer;
    session_id: SessionId;
    issued_at: Timestamp;
    used_at: NullableTimestamp;
  };
  uploads: {
    id: UploadId;
    organization_id: OrganizationId;
    filename: string;
    size_bytes: BigInt;
    created_by: UserId | null;
    created_at: Timestamp;
    expected_bytes: BigInt | null;
  };
  arrived_files: {
    organization_id: OrganizationId;
    path: string;
    digest: string;
    size_bytes: BigInt;
    modified_ms: BigInt;
    status: 'arriving' | 'loaded' | 'failed';
    upload_id: string | null;
    run_id: string | null;
    error: NullableJson<RunError>;
    arrived_at: Timestamp;
  };
  upload_pieces: {
    organization_id: OrganizationId;
    upload_id: UploadId;
    position: number;
    bytes: Buffer;
  };
  sources: {
    id: SourceId;
    organization_id: OrganizationId;
    name: string;
    type: string;
    config: Json<Record<string, unknown>>;
    encrypted_secrets: string | null;
    warehouse_table_name: string;
    created_by: UserId | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  source_schemas: {
    organization_id: OrganizationId;
    source_id: SourceId;
    version: number;
    columns: Json<TableColumn[]>;
    changes: Json<unknown[]>;
    created_at: Timestamp;
  };
  stream_settings: {
    organization_id: OrganizationId;
    source_id: SourceId;
    stream: string;
    settings: Json<StreamSettings>;
    updated_by: UserId | null;
    updated_at: Timestamp;
  };
  schema_changes: {
    id: Generated<BigInt>;
    organization_id: OrganizationId;
    source_id: SourceId;
    sync_run_id: StepId | null;
    run_id: RunId | null;
    stream: string | null;
    kind: RecordedChange['kind'];
    table_name: string;
    column_name: string | null;
    from_type: RecordedChange['from'];
    to_type: RecordedChange['to'];
    at: Timestamp;
  };
  schema_reviews: {
    id: SchemaReviewId;
    organization_id: OrganizationId;
    source_id: SourceId;
    run_id: RunId;
    status: Generated<'pending' | 'approved' | 'refused'>;
    changes: Json<RecordedChange[]>;
    created_at: Timestamp;
    decided_by: UserId | null;
    decided_at: NullableTimestamp;
  };
  transformations: {
    id: TransformationId;
    organization_id: OrganizationId;
    name: string;
    description: string | null;
    recipe: Json<Recipe>;
    version: number;
    output_table_name: string | null;
    depends_on: string[];
    materialization: ColumnType<Materialization, string | undefined, string>;
    rebuild: Generated<boolean>;
    published_version: number | null;
    published_recipe: ColumnType<Recipe | null, string | null | undefined, string | null>;
    published_depends_on: string[] | null;
    reads: GeneratedAlways<string[]>;
    created_by: UserId | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  editor_presence: {
    organization_id: OrganizationId;
    transformation_id: TransformationId;
    user_id: UserId;
    seen_at: Timestamp;
  };
  transformation_versions: {
    organization_id: OrganizationId;
    transformation_id: TransformationId;
    version: number;
    recipe: Json<Recipe>;
    created_by: UserId | null;
    created_at: Timestamp;
  };
  warehouse_tables: {
    organization_id: OrganizationId;
    name: string;
    display_name: string;
    kind: 'source' | 'transform' | 'view';
    source_id: SourceId | null;
    transformation_id: TransformationId | null;
    description: string | null;
    columns: Json<TableColumn[]>;
    row_count: BigInt | null;
    size_bytes: BigInt | null;
    run_token: string | null;
    updated_at: Timestamp;
  };
  data_tests: {
    id: DataTestId;
    organization_id: OrganizationId;
    table_name: string;
    source_id: SourceId | null;
    transformation_id: TransformationId | null;
    rule: Json<DataTestRule>;
    severity: DataTestSeverity;
    created_by: UserId | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  data_test_results: {
    id: string;
    organization_id: OrganizationId;
    test_id: DataTestId;
    table_name: string;
    run_id: string | null;
    step_id: string | null;
    severity: DataTestSeverity;
    status: 'passed' | 'failed' | 'error';
    title: string;
    message: string;
    failing_rows: BigInt | null;
    sample: Json<Row[]>;
    checked_at: Timestamp;
  };
  pipelines: {
    id: PipelineId;
    organization_id: OrganizationId;
    name: string;
    on_failure: Generated<OnFailure>;
    created_by: UserId | null;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  pipeline_sources: {
    organization_id: OrganizationId;
    pipeline_id: PipelineId;
    source_id: SourceId;
    position: number;
  };
  pipeline_transformations: {
    organization_id: OrganizationId;
    pipeline_id: PipelineId;
    transformation_id: TransformationId;
    position: number;
  };
  schedules: {
    pipeline_id: PipelineId;
    organization_id: OrganizationId;
    frequency: Frequency;
    run_at: string | null;
    day_of_week: number | null;
    day_of_month: number | null;
    every_minutes: number | null;
    after_pipeline_id: PipelineId | null;
    missed: Generated<MissedPolicy>;
    overlap: Generated<OverlapPolicy>;
    cron: string | null;
    timezone: string;
    is_active: Generated<boolean>;
    next_run_at: NullableTimestamp;
    last_fired_at: NullableTimestamp;
    updated_at: Timestamp;
  };
  pipeline_runs: {
    id: RunId;
    organization_id: OrganizationId;
    pipeline_id: PipelineId | null;
    pipeline_name: string | null;
    trigger: RunTrigger;
    status: RunStatus;
    plan: Json<unknown>;
    retry_of: RunId | null;
    scheduled_for: NullableTimestamp;
    requested_by: UserId | null;
    part: NullableJson<{ readonly scope: PartScope; readonly step: string }>;
    queue: Generated<'manual' | 'sync' | 'transform'>;
    cancel_requested_at: NullableTimestamp;
    error: NullableJson<RunError>;
    queued_at: Timestamp;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
  };
  run_steps: {
    id: StepId;
    organization_id: OrganizationId;
    run_id: RunId;
    position: number;
    kind: 'sync' | 'transform';
    ref_id: string;
    name: string;
    status: StepStatus;
    attempt: Generated<number>;
    losses: Generated<number>;
    host: string | null;
    rows: BigInt | null;
    progress: NullableJson<SyncProgress>;
    error: NullableJson<RunError>;
    worker_id: string | null;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
  };
  run_logs: {
    id: Generated<BigInt>;
    organization_id: OrganizationId;
    run_id: RunId;
    step_id: StepId | null;
    at: Timestamp;
    level: 'info' | 'warning' | 'error';
    message: string;
  };
  sync_runs: {
    id: StepId;
    organization_id: OrganizationId;
    source_id: SourceId;
    run_id: RunId;
    status: RunStatus;
    trigger: 'manual' | 'pipeline' | 'upload';
    rows_synced: Generated<BigInt>;
    rows_rejected: Generated<BigInt>;
    tables: ColumnType<{ name: string; rows: number }[], string | undefined, string>;
    schema_changes: ColumnType<unknown[], string | undefined, string>;
    warnings: ColumnType<unknown[], string | undefined, string>;
    progress: NullableJson<SyncProgress>;
    error: NullableJson<RunError>;
    queued_at: Timestamp;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
  };
  rejected_rows: {
    id: Generated<BigInt>;
    organization_id: OrganizationId;
    source_id: SourceId;
    sync_run_id: StepId;
    line: BigInt;
    column_name: string | null;
    value: string | null;
    reason: string;
    raw: string;
  };
  transformation_runs: {
    id: StepId;
    organization_id: OrganizationId;
    transformation_id: TransformationId;
    run_id: RunId;
    status: RunStatus;
    trigger: 'manual' | 'pipeline';
    version: number;
    table_name: string;
    row_count: BigInt | null;
    sql: string | null;
    error: NullableJson<RunError>;
    queued_at: Timestamp;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
  };
  events: {
    id: Generated<BigInt>;
    organization_id: OrganizationId;
    payload: Json<Omit<OrganizationEvent, 'id' | 'at'>>;
    at: Timestamp;
  };
  canvas_positions: {
    organization_id: OrganizationId;
    node_id: string;
    x: number;
    y: number;
  };
  audit_log: {
    id: Generated<BigInt>;
    organization_id: OrganizationId | null;
    user_id: UserId | null;
    action: string;
    target: string | null;
    details: Json<Record<string, unknown>>;
    at: Timestamp;
  };
  notifications: {
    id: NotificationId;
    organization_id: OrganizationId;
    occurrence: string;
    kind: NotificationKind;
    severity: NotificationSeverity;
    title: string;
    content: Json<{
      readonly reason: string;
      readonly affected: readonly string[];
      readonly advice: string;
      readonly cause?: string;
    }>;
    path: string;
    pipeline_id: PipelineId | null;
    run_id: RunId | null;
    times: Generated<number>;
    created_at: Timestamp;
    last_at: Timestamp;
  };
  notification_receipts: {
    organization_id: OrganizationId;
    notification_id: NotificationId;
    user_id: UserId;
    read_at: NullableTimestamp;
  };
  notification_preferences: {
    organization_id: OrganizationId;
    user_id: UserId;
    pipeline_id: PipelineId | null;
    in_app: NotificationKind[];
    email: NotificationKind[];
  };
  notification_channels: {
    id: NotificationChannelId;
    organization_id: OrganizationId;
    kind: ChannelKind;
    name: string;
    encrypted_url: string;
    url_host: string;
    encrypted_secret: string | null;
    kinds: NotificationKind[];
    pipeline_ids: PipelineId[] | null;
    is_active: Generated<boolean>;
    last_sent_at: NullableTimestamp;
    last_error: NullableJson<RunError>;
    created_by: UserId | null;
    created_at: Timestamp;
  };
  notification_messages: {
    id: NotificationMessageId;
    organization_id: OrganizationId;
    recipient: string;
    status: 'collecting' | 'sending' | 'sent' | 'failed' | 'skipped';
    severity: NotificationSeverity;
    send_after: Timestamp;
    attempts: Generated<number>;
    claimed_until: NullableTimestamp;
    error: NullableJson<RunError>;
    created_at: Timestamp;
    sent_at: NullableTimestamp;
  };
  notification_message_items: {
    organization_id: OrganizationId;
    message_id: NotificationMessageId;
    notification_id: NotificationId;
    recipient: string;
  };
  api_keys: {
    id: ApiKeyId;
    organization_id: OrganizationId;
    user_id: UserId | null;
    name: string;
    role: 'admin' | 'editor' | 'viewer';
    token_hash: Buffer;
    created_by: UserId | null;
    created_at: Timestamp;
    expires_at: NullableTimestamp;
    last_used_at: NullableTimestamp;
  };
  webhook_keys: {
    id: WebhookKeyId;
    organization_id: OrganizationId;
    name: string;
    purpose: 'report' | 'run';
    pipeline_id: PipelineId | null;
    created_by: UserId | null;
    created_at: Timestamp;
    last_used_at: NullableTimestamp;
  };
  external_runs: {
    id: ExternalRunId;
    organization_id: OrganizationId;
    job: string;
    external_id: string;
    status: RunStatus;
    message: string | null;
    url: string | null;
    rows: BigInt | null;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
    reported_at: Timestamp;
  };
  google_connections: {
    id: GoogleConnectionId;
    organization_id: OrganizationId;
    user_id: UserId;
    account: string;
    scopes: string[];
    encrypted_refresh_token: string;
    created_at: Timestamp;
    updated_at: Timestamp;
  };
  google_sign_ins: {
    state_hash: string;
    organization_id: OrganizationId;
    user_id: UserId;
    session_id: SessionId;
    redirect_uri: string;
    encrypted_verifier: string;
    expires_at: Timestamp;
  };
  sheet_exports: {
    id: SheetExportId;
    organization_id: OrganizationId;
    table_name: string;
    user_id: UserId | null;
    connection_id: GoogleConnectionId | null;
    account: string;
    spreadsheet_id: string | null;
    spreadsheet_title: string | null;
    sheet_title: string;
    url: string | null;
    status: 'running' | 'succeeded' | 'failed' | 'cancelled';
    rows_done: Generated<BigInt>;
    rows_total: BigInt | null;
    cut_cells: Generated<BigInt>;
    error: NullableJson<RunError>;
    started_at: Timestamp;
    heartbeat_at: Timestamp;
    finished_at: NullableTimestamp;
  };
  workers: {
    id: string;
    hostname: string;
    pid: number;
    application_version: string;
    started_at: Timestamp;
    heartbeat_at: Timestamp;
    stopped_at: NullableTimestamp;
  };
}

export type RowOf<T extends keyof Tables> = Selectable<Tables[T]>;
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>;
