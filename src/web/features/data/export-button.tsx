'use client';

import { ChevronDown, Download } from 'lucide-react';
import { useState } from 'react';
import { exportTable, type ExportFormat } from '#contracts/warehouse';
import { urlOf } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { SendToSheetDialog } from '../google/send-to-sheet-dialog.tsx';
import { download, safeFilename } from './download.ts';

interface ExportButtonProps {
  readonly name: string;
  readonly displayName: string;
}

const formats: readonly { readonly format: ExportFormat; readonly label: string; readonly hint: string }[] = [
  { format: 'xlsx', label: 'Excel workbook', hint: 'dates and numbers as such' },
  { format: 'csv', label: 'CSV', hint: 'opens anywhere' },
  { format: 'parquet', label: 'Parquet', hint: 'Python, R, DuckDB' },
  { format: 'json', label: 'JSON', hint: 'one list' },
  { format: 'ndjson', label: 'JSON lines', hint: 'one row a line' },
];

/** Every row of a table as a file, or to a sheet. */
export function ExportButton({ name, displayName }: ExportButtonProps) {
  const mayExport = usePermission('data:export');
  // A sign-in is left for the organization, which a viewer may not do.
  const maySend = usePermission('sources:write');
  const [isBusy, setBusy] = useState(false);
  const [isSending, setSending] = useState(false);
  if (!mayExport) return null;
  async function save(format: ExportFormat) {
    setBusy(true);
    try {
      const url = urlOf(exportTable.path, { name }, { format });
      if (await download(url, safeFilename(displayName, format))) {
        toast.success(`${displayName} was downloaded`, { description: 'The file has every row.' });
      }
    } catch (error) {
      toast.problem(error, 'The table could not be downloaded');
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <Menu
        trigger={
          <Button isBusy={isBusy} icon={<Download aria-hidden className="size-4" />}>
            Export
            <ChevronDown aria-hidden className="size-3.5 text-muted" />
          </Button>
        }
      >
        {formats.map(({ format, label, hint }) => (
          <MenuItem key={format} hint={hint} onSelect={() => void save(format)}>
            {label}
          </MenuItem>
        ))}
        {maySend ? (
          <MenuItem hint="in place of a sheet" onSelect={() => setSending(true)}>
            Google Sheets…
          </MenuItem>
        ) : null}
      </Menu>
      <SendToSheetDialog
        isOpen={isSending}
        onClose={() => setSending(false)}
        tableName={name}
        displayName={displayName}
      />
    </>
  );
}
