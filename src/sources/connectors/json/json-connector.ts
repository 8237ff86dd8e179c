import type { FileConfig } from '#contracts/sources';
import type { Connector } from '../../port.ts';
import { fileConnector } from '../file-connector.ts';

export const jsonConnector: Connector<FileConfig> = fileConnector('json', {
  title: 'JSON file',
  description: 'Records as a JSON list or one per line (NDJSON); objects inside them become columns.',
  icon: 'file-text',
});
