import type { FileConfig } from '#contracts/sources';
import type { Connector } from '../../port.ts';
import { fileConnector } from '../file-connector.ts';

/** A delimited file that was uploaded. Its one stream is the file itself. */
export const csvConnector: Connector<FileConfig> = fileConnector('csv', {
  title: 'CSV file',
  description:
    'A table in a text file: comma, semicolon, tab or pipe separated, in any common encoding, also as gzip or zip.',
  icon: 'file-spreadsheet',
});
