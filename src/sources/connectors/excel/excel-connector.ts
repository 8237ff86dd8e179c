import type { FileConfig } from '#contracts/sources';
import type { Connector } from '../../port.ts';
import { fileConnector } from '../file-connector.ts';

export const excelConnector: Connector<FileConfig> = fileConnector('excel', {
  title: 'Excel workbook',
  description: 'A sheet of an .xlsx file: dates, numbers and the values of formulas as Excel shows them.',
  icon: 'file-spreadsheet',
});
