import type { CsvOptions, SourceType, SourceTypeInfo } from '#contracts/sources';
import type { Config } from '#platform/config';
import type { OrganizationId } from '#platform/ids';

/** What a connector can do. Generic code asks this and never the connector's name. */
export interface ConnectorCapabilities {
  /** `file`: bytes of a known format, loaded without ever becoming records. `records`: objects of a service. */
  readonly delivers: 'file' | 'records';
  /** Can continue from where the last sync ended. */
  readonly incremental: boolean;
  /** Offers more than one table. */
  readonly manyStreams: boolean;
}

/** One table that a source offers. */
export interface StreamInfo {
  /** Stable key, for instance a sheet's id: names change. */
  readonly name: string;
  readonly title: string;
}

export interface CsvFileStream {
  readonly kind: 'csv_file';
  /** Absolute path on this machine. */
  readonly path: string;
  readonly filename: string;
  readonly options: CsvOptions;
}

export interface RecordStream {
  readonly kind: 'records';
  /** In batches, so that a page of an API is handed over as one. */
  readonly batches: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>;
}

export type OpenedStream = CsvFileStream | RecordStream;

export interface ConnectorContext {
  readonly config: Config;
  readonly organizationId: OrganizationId;
  /** The upload as kept in the metadata. @throws AppError upload_missing */
  findUpload(uploadId: string): Promise<{ readonly id: string; readonly filename: string }>;
}

/** The way to one kind of source. A folder in `connectors/`, listed in `connectors/registry.ts`. */
export interface Connector<Settings = unknown> {
  readonly type: SourceType;
  readonly info: Omit<SourceTypeInfo, 'type'>;
  readonly capabilities: ConnectorCapabilities;
  /** @throws AppError source_config_invalid with the path of each field. */
  parseConfig(config: unknown): Settings;
  /** Whether the settings lead to something that can be read. @throws AppError that says what is wrong. */
  check(context: ConnectorContext, settings: Settings, signal: AbortSignal): Promise<void>;
  discover(
    context: ConnectorContext,
    settings: Settings,
    signal: AbortSignal,
  ): Promise<readonly StreamInfo[]>;
  open(
    context: ConnectorContext,
    settings: Settings,
    stream: string,
    signal: AbortSignal,
  ): Promise<OpenedStream>;
}
