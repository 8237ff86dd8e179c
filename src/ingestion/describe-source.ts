import type { Actor } from '#platform/actor';
import { AppError, toProblem } from '#platform/errors';
import type { Services } from '#platform/services';
import { connectorContext, connectorFor, findSource } from '#sources';
import { type CsvPreview, previewCsv } from './csv/preview-csv.ts';

export interface DescribedStream {
  readonly name: string;
  readonly title: string;
  readonly columns: CsvPreview['columns'];
}

/** What a configuration offers, with columns. @throws AppError that says what is wrong. */
async function describe(
  services: Services,
  actor: Actor,
  type: string,
  config: unknown,
  signal: AbortSignal,
): Promise<DescribedStream[]> {
  const connector = connectorFor(type);
  const settings = connector.parseConfig(config);
  const context = connectorContext(services, actor.organizationId);
  const described: DescribedStream[] = [];
  for (const stream of await connector.discover(context, settings, signal)) {
    const opened = await connector.open(context, settings, stream.name, signal);
    const columns =
      opened.kind === 'csv_file' ? (await previewCsv(opened.path, opened.options, signal)).columns : [];
    described.push({ ...stream, columns });
  }
  return described;
}

/** Tries a configuration without keeping it: what is wrong is the answer, not an error. */
export async function testSource(
  services: Services,
  actor: Actor,
  input: { readonly type: string; readonly config: unknown },
  signal: AbortSignal,
): Promise<{ ok: boolean; message: string; code?: string }> {
  try {
    const streams = await describe(services, actor, input.type, input.config, signal);
    const columns = streams.reduce((sum, stream) => sum + stream.columns.length, 0);
    return { ok: true, message: `It can be read: ${columns} ${columns === 1 ? 'column' : 'columns'}.` };
  } catch (error) {
    if (!(error instanceof AppError) || error.isTransient) throw error;
    const details = error.errors?.map((detail) => `${detail.path}: ${detail.message}`).join('; ');
    return {
      ok: false,
      message: details === undefined ? toProblem(error).detail : `${toProblem(error).detail} ${details}`,
      code: error.code,
    };
  }
}

/** What a saved source offers. @throws AppError not_found, upload_missing */
export async function listStreams(services: Services, actor: Actor, id: string, signal: AbortSignal) {
  const source = await services.database.withOrganization(actor.organizationId, (trx) => findSource(trx, id));
  return { items: await describe(services, actor, source.type, source.config, signal), next_cursor: null };
}
