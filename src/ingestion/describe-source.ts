import type { EndpointRequest, EndpointResponse } from '#contracts/endpoint';
import type { testSource as testContract } from '#contracts/sources';
import type { Actor } from '#platform/actor';
import type { UserId } from '#platform/ids';
import { AppError, toProblem } from '#platform/errors';
import type { Services } from '#platform/services';
import {
  chooseStreams,
  completeConfig,
  connectorContext,
  connectorFor,
  findSource,
  openConfig,
  whoChooses,
} from '#sources';
import { type CsvPreview, previewCsv } from './csv/preview-csv.ts';
import { previewRecords } from './records/preview-records.ts';

export interface DescribedStream {
  readonly name: string;
  readonly title: string;
  readonly rows?: number | undefined;
  /** Empty where finding out means to read data. */
  readonly columns: CsvPreview['columns'];
}

/** What a configuration offers, with columns where they cost little. @throws AppError that says what is wrong. */
async function describe(
  services: Services,
  actor: Actor,
  type: string,
  config: unknown,
  asks: UserId | null | undefined,
  signal: AbortSignal,
): Promise<DescribedStream[]> {
  const connector = connectorFor(type);
  const settings = connector.parseConfig(config);
  const context = connectorContext(services, actor.organizationId, asks);
  const described: DescribedStream[] = [];
  for (const stream of await connector.discover(context, settings, signal)) {
    if (connector.capabilities.delivers === 'records') {
      described.push({ ...stream, columns: [] });
      continue;
    }
    const opened = await connector.open(context, settings, stream.name, signal);
    const columns =
      opened.kind === 'csv_file'
        ? (await previewCsv(opened.path, opened.options, signal)).columns
        : (await previewRecords(opened)).preview.columns.map((column) => ({
            ...column,
            nullable: true,
            sample: [],
          }));
    described.push({ ...stream, columns });
  }
  return described;
}

type TestRequest = EndpointRequest<typeof testContract>['body'];
type TestAnswer = EndpointResponse<typeof testContract>;

/** Tries a configuration without keeping it: what is wrong is the answer, not an error. */
export async function testSource(
  services: Services,
  actor: Actor,
  input: TestRequest,
  signal: AbortSignal,
): Promise<TestAnswer> {
  try {
    const { config, asks } = await withSavedSecrets(services, actor, input);
    const streams = await describe(services, actor, input.type, config, asks, signal);
    const connector = connectorFor(input.type);
    const offered = streams.map(({ name, title, rows }) => ({ name, title, rows: rows ?? null }));
    if (connector.capabilities.delivers === 'file') {
      const columns = streams.reduce((sum, stream) => sum + stream.columns.length, 0);
      return {
        ok: true,
        message: `It can be read: ${columns} ${columns === 1 ? 'column' : 'columns'}.`,
        streams: offered,
      };
    }
    const settings = connector.parseConfig(config);
    const chosen = chooseStreams(streams, settings);
    const preview = input.preview ?? (offered.length === 1 ? chosen[0]?.name : undefined);
    if (preview === undefined) {
      return { ok: true, message: connected(streams.length), streams: offered };
    }
    const context = { ...connectorContext(services, actor.organizationId, asks), isPreview: true };
    const opened = await connector.open(context, settings, preview, signal);
    if (opened.kind !== 'records') throw new Error(`${input.type} says that it delivers records`);
    const { preview: shown, fields } = await previewRecords(opened);
    const columns = shown.columns.length;
    return {
      ok: true,
      message: `It can be read: ${columns} ${columns === 1 ? 'column' : 'columns'}.`,
      streams: offered,
      preview: shown,
      fields,
      findings: [...(opened.findings?.() ?? [])],
    };
  } catch (error) {
    // That the other side does not answer is what a test is there to find out.
    if (!(error instanceof AppError) || (error.isTransient && error.code !== 'outbound_failed')) throw error;
    const details = error.errors?.map((detail) => `${detail.path}: ${detail.message}`).join('; ');
    return {
      ok: false,
      message: details === undefined ? toProblem(error).detail : `${toProblem(error).detail} ${details}`,
      code: error.code,
      hint: error.hint,
      ...(error.errors === undefined
        ? {}
        : { errors: error.errors.map(({ path, message }) => ({ path, message })) }),
    };
  }
}

function connected(count: number): string {
  if (count === 0) return 'The connection works, but there is nothing that this account can read.';
  return `The connection works: ${count} ${count === 1 ? 'table' : 'tables'} can be loaded.`;
}

async function withSavedSecrets(services: Services, actor: Actor, input: TestRequest) {
  const sourceId = input.source_id;
  const mine = { config: input.config, asks: actor.userId };
  if (sourceId === undefined) return mine;
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, sourceId);
    if (source.type !== input.type) return mine;
    const config = await completeConfig(trx, services.config, source, input.config);
    return { config, asks: whoChooses(source.type, source.config, config, actor) };
  });
}

/** What a saved source offers. @throws AppError not_found, upload_missing */
export async function listStreams(services: Services, actor: Actor, id: string, signal: AbortSignal) {
  const { type, config } = await services.database.withOrganization(actor.organizationId, async (trx) => {
    const source = await findSource(trx, id);
    return { type: source.type, config: await openConfig(trx, services.config, source) };
  });
  const streams = await describe(services, actor, type, config, undefined, signal);
  return { items: streams.map(({ name, title, columns }) => ({ name, title, columns })), next_cursor: null };
}
