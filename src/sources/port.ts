import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions, FileAddition, SourceType, SourceTypeInfo } from '#contracts/sources';
import type { Config } from '#platform/config';
import type { OrganizationId } from '#platform/ids';
import type { OutboundHttp } from '#platform/outbound/outbound-http';

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
  /** How many rows it has, where that costs no further request. */
  readonly rows?: number | undefined;
}

export interface CsvFileStream {
  readonly kind: 'csv_file';
  /** Absolute path on this machine. */
  readonly path: string;
  readonly filename: string;
  readonly options: CsvOptions;
  /** Of the file and how it is read: another one means that everything is to be read anew. */
  readonly fingerprint: string;
  /** Files whose rows come to those of this one, in this order. */
  readonly additions: readonly AddedFile[];
}

/** A file whose rows are added to a table, or merged into it. */
export interface AddedFile {
  readonly fingerprint: string;
  readonly addition: FileAddition;
  /** @throws AppError upload_missing, file_format_unsupported */
  open(): Promise<{ readonly path: string; readonly options: CsvOptions }>;
}

/** One object of a service, as its JSON was parsed; integers beyond 2^53 are bigints. */
export type SourceRecord = Readonly<Record<string, unknown>>;

/** What a connector knows of a field before it has seen a value. */
export interface FieldHint {
  /** Keys from the record inwards; a list on the way is stepped over. */
  readonly path: readonly string[];
  /** What its texts are to be read as where all of them can be; without it the values decide. */
  readonly type?: ColumnType | undefined;
  /** What people call it. */
  readonly label?: string | undefined;
  /** Not what the service said, only how values are to be read when there are any: it makes no column by itself. */
  readonly isWish?: boolean | undefined;
  /** A list, whose items become a table of their own. */
  readonly isList?: boolean | undefined;
}

/** What a connector found out by itself, for the person who tries the settings. */
export interface Finding {
  /** Dotted path of the setting that says otherwise. */
  readonly setting: string;
  /** What the setting would have to be to say the same; undefined where nothing was found. */
  readonly value: unknown;
  /** A sentence. */
  readonly text: string;
  /** What else it could be, each in a few words. */
  readonly others: readonly { readonly value: unknown; readonly text: string }[];
}

/** Values that were not read, since each is longer than so many bytes. */
export interface LongValues {
  /** Dotted path. */
  readonly field: string;
  readonly count: number;
  readonly bytes: number;
}

export interface RecordStream {
  readonly kind: 'records';
  /**
   * How rows meet those of the loads before. `replace`: they are all there is; `append`: they are more; `merge`: they
   * replace those with the same primary key.
   */
  readonly disposition: 'replace' | 'append' | 'merge';
  /** Of several records with the same key only the last one stays. */
  readonly primaryKey?: readonly string[] | undefined;
  /**
   * Of a `merge`: the field that only records have which are gone at the source since, with dots between keys. The row
   * with the same primary key goes, and what hangs on it.
   */
  readonly hardDelete?: string | undefined;
  /** In the order in which the columns are to stand. */
  readonly fields?: readonly FieldHint[] | undefined;
  /** The fields are all that there are: a column that is not among them has been removed at the source. */
  readonly hasFixedFields?: boolean | undefined;
  /** In batches, so that a page of an API is handed over as one. */
  readonly batches: AsyncIterable<readonly SourceRecord[]>;
  /** What the next load needs to continue, asked when `batches` has ended; kept together with the rows. */
  readonly nextState?: (() => StreamState) | undefined;
  /**
   * Field by which the stream continues, with dots between keys: the service is asked for its last value again, so that
   * no row is missed, and a loader that only adds rows has to know them.
   */
  readonly cursorField?: string | undefined;
  /** Rows that are to come, when the service says. */
  readonly expectedRows?: (() => number | undefined) | undefined;
  /** Dotted paths of fields that a person does not want: they are not in `batches`. */
  readonly leftOut?: ReadonlySet<string> | undefined;
  /** What is null in `batches` though it is not at the source; asked when `batches` has ended. */
  readonly longValues?: (() => readonly LongValues[]) | undefined;
  /** Asked when some of `batches` was read. */
  readonly findings?: (() => readonly Finding[]) | undefined;
}

/**
 * What a connector remembers from one load of a stream to the next; plain JSON. One that continues from a value keeps
 * it as `cursor`, a text or a number: the loader sets it back where a person wants an overlap.
 */
export type StreamState = Readonly<Record<string, unknown>>;

export type OpenedStream = CsvFileStream | RecordStream;

export interface ConnectorContext {
  readonly config: Config;
  readonly organizationId: OrganizationId;
  /** The only way to other services. */
  readonly http: OutboundHttp;
  /** A sign-in with Google as somebody left it. @throws AppError source_credentials_refused, forbidden */
  openGoogleConnection(id: string): Promise<{
    readonly account: string;
    readonly refreshToken: string;
    readonly mayWrite: boolean;
  }>;
  /** Only the first rows are wanted, to be looked at: what a service gives seldom is not asked for. */
  readonly isPreview?: boolean | undefined;
  /** An upload, whose file is then on this machine. @throws AppError upload_missing */
  findUpload(
    uploadId: string,
  ): Promise<{ readonly id: string; readonly filename: string; readonly path: string }>;
}

/** The way to one kind of source. A folder in `connectors/`, listed in `connectors/registry.ts`. */
export interface Connector<Settings = unknown> {
  readonly type: SourceType;
  readonly info: Omit<SourceTypeInfo, 'type'>;
  /** The form as this installation can offer it, where that depends on its settings; otherwise that of `info`. */
  readonly specFor?: (config: Config) => SourceTypeInfo['spec'];
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
    /** Of the last load that was committed; none for the first, or when everything is to be read anew. */
    state?: StreamState,
  ): Promise<OpenedStream>;
}
