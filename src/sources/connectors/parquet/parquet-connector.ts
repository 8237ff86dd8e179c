import type { FileConfig } from '#contracts/sources';
import type { Connector } from '../../port.ts';
import { fileConnector } from '../file-connector.ts';

export const parquetConnector: Connector<FileConfig> = fileConnector('parquet', {
  title: 'Parquet file',
  description: 'A table as data teams keep it, with its types.',
  icon: 'table',
});
