import type { SourceTypeInfo } from '#contracts/sources';
import type { Config } from '#platform/config';
import { AppError } from '#platform/errors';
import { withColumnChoice } from '../choose-columns.ts';
import type { Connector } from '../port.ts';
import { commcareConnector } from './commcare/commcare-connector.ts';
import { csvConnector } from './csv/csv-connector.ts';
import { excelConnector } from './excel/excel-connector.ts';
import { googleSheetsConnector } from './google-sheets/google-sheets-connector.ts';
import { jsonConnector } from './json/json-connector.ts';
import { koboConnector } from './kobo/kobo-connector.ts';
import { mysqlConnector } from './mysql/mysql-connector.ts';
import { odkConnector } from './odk-central/odk-connector.ts';
import { parquetConnector } from './parquet/parquet-connector.ts';
import { postgresConnector } from './postgres/postgres-connector.ts';
import { restConnector } from './rest-api/rest-connector.ts';
import { surveyctoConnector } from './surveycto/surveycto-connector.ts';

/** A connector whose settings are checked before it sees them, so that generic code needs no type of them. */
export type AnyConnector = Connector;

// Each connector receives only what its own parseConfig returned.
const connectors: ReadonlyMap<string, AnyConnector> = new Map(
  [
    csvConnector,
    excelConnector,
    jsonConnector,
    parquetConnector,
    koboConnector,
    odkConnector,
    commcareConnector,
    surveyctoConnector,
    googleSheetsConnector,
    restConnector,
    postgresConnector,
    mysqlConnector,
  ].map((connector) => [connector.type, withColumnChoice(connector as AnyConnector)]),
);

/** @throws AppError source_config_invalid for a type that does not exist. */
export function connectorFor(type: string): AnyConnector {
  const connector = connectors.get(type);
  if (connector === undefined) {
    throw new AppError('source_config_invalid', `There is no kind of source “${type}”.`, {
      errors: [{ path: 'type', message: 'Unknown kind of source' }],
    });
  }
  return connector;
}

/** Every kind of source that can be added, with its form as an installation can offer it, or whole. */
export function sourceTypes(config?: Config): readonly SourceTypeInfo[] {
  return [...connectors.values()].map(({ type, info, specFor }) => ({
    type,
    ...info,
    ...(specFor === undefined || config === undefined ? {} : { spec: specFor(config) }),
  }));
}
