'use client';

import { ExternalLink } from 'lucide-react';
import { useId, useState } from 'react';
import { cancelSheetExport, listSheetExports, startSheetExport, type SheetExport } from '#contracts/google';
import { call, useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Progress } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { GoogleAccount } from './google-account.tsx';

interface SendToSheetDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly tableName: string;
  readonly displayName: string;
}

/** Every row of a table to a sheet of Google Sheets: where to, how far it is, and where it went before. */
export function SendToSheetDialog({ isOpen, onClose, tableName, displayName }: SendToSheetDialogProps) {
  const formId = useId();
  const { data, mutate } = useApi(
    listSheetExports,
    isOpen ? { params: { name: tableName } } : null,
    // As long as something is on its way.
    { refreshInterval: (latest) => (latest?.items[0]?.status === 'running' ? 1000 : 0) },
  );
  const [isBusy, setBusy] = useState(false);
  const newest = data?.items[0];
  const isSending = newest?.status === 'running';

  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Send to Google Sheets"
      description="Every row, with its types. What the sheet has now is replaced when all rows are there."
      footer={
        <>
          {isSending ? (
            <p className="me-auto text-sm text-muted">You may close this window; sending goes on.</p>
          ) : null}
          <Button onClick={onClose}>Close</Button>
          {isSending ? null : (
            <Button type="submit" form={formId} variant="primary" isBusy={isBusy}>
              Send
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {newest ? <ExportState sent={newest} onChanged={() => void mutate()} /> : null}
        {isSending || !data ? null : (
          <SendForm
            // What was sent to before is offered again.
            key={newest?.id ?? 'first'}
            id={formId}
            tableName={tableName}
            displayName={displayName}
            last={newest}
            onBusy={setBusy}
            onStarted={() => void mutate()}
          />
        )}
      </div>
    </Dialog>
  );
}

function SendForm({
  id,
  tableName,
  displayName,
  last,
  onBusy,
  onStarted,
}: {
  readonly id: string;
  readonly tableName: string;
  readonly displayName: string;
  readonly last: SheetExport | undefined;
  readonly onBusy: (isBusy: boolean) => void;
  readonly onStarted: () => void;
}) {
  const [account, setAccount] = useState(last?.connection_id ?? '');
  const [where, setWhere] = useState<'new' | 'existing'>(last?.spreadsheet_id ? 'existing' : 'new');
  const [spreadsheet, setSpreadsheet] = useState(
    last?.spreadsheet_id ? `https://docs.google.com/spreadsheets/d/${last.spreadsheet_id}/edit` : '',
  );
  const [sheet, setSheet] = useState(last?.sheet_title ?? displayName.slice(0, 100));
  const [isTried, setTried] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  async function send() {
    setTried(true);
    setFailure(undefined);
    const address = spreadsheet.trim();
    if (account === '' || sheet.trim() === '' || (where === 'existing' && address === '')) return;
    onBusy(true);
    try {
      await call(startSheetExport, {
        params: { name: tableName },
        body: {
          connection_id: account,
          sheet: sheet.trim(),
          ...(where === 'existing' ? { spreadsheet: address } : {}),
        },
      });
      onStarted();
    } catch (problem) {
      setFailure(problem);
    } finally {
      onBusy(false);
    }
  }

  return (
    <form
      id={id}
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <FormProblem error={failure} />
      <GoogleAccount
        access="write"
        title="Account"
        help="You are asked for leave to edit your spreadsheets."
        error={isTried && account === '' ? 'Sign in with Google' : undefined}
        value={account}
        onChange={setAccount}
      />
      <RadioGroup
        label="Spreadsheet"
        value={where}
        onChange={setWhere}
        options={[
          { value: 'new', label: 'A new one', help: 'In the Drive of this account.' },
          { value: 'existing', label: 'One that is there' },
        ]}
      />
      {where === 'existing' ? (
        <Field
          label="Address of the spreadsheet"
          help="From your browser."
          error={isTried && spreadsheet.trim() === '' ? 'Fill this in' : undefined}
        >
          <Input
            value={spreadsheet}
            placeholder="https://docs.google.com/spreadsheets/d/…"
            onChange={(event) => setSpreadsheet(event.target.value)}
          />
        </Field>
      ) : null}
      <Field
        label="Sheet"
        help="Made when the spreadsheet has none of this name; otherwise its content is replaced."
        error={isTried && sheet.trim() === '' ? 'Fill this in' : undefined}
      >
        <Input value={sheet} maxLength={100} onChange={(event) => setSheet(event.target.value)} />
      </Field>
    </form>
  );
}

/** How far it is, or what came of it. */
function ExportState({ sent, onChanged }: { readonly sent: SheetExport; readonly onChanged: () => void }) {
  const format = useFormat();
  async function cancel() {
    try {
      await call(cancelSheetExport, { params: { id: sent.id } });
      onChanged();
    } catch (error) {
      toast.problem(error, 'Sending could not be cancelled');
    }
  }
  if (sent.status === 'running') {
    return (
      <div role="status" className="flex flex-col gap-2 rounded-md border border-line p-3">
        <div className="flex items-center gap-3">
          <p className="min-w-0 flex-1">
            Sending to <bdi>{sent.spreadsheet_title ?? 'a new spreadsheet'}</bdi>:{' '}
            {format.count(sent.rows_done, ['row', 'rows'])}
            {sent.rows_total === null ? '' : ` of ${format.number(sent.rows_total)}`}
          </p>
          <Button size="sm" onClick={() => void cancel()}>
            Cancel
          </Button>
        </div>
        <Progress label="Sending" value={sent.rows_total ? sent.rows_done / sent.rows_total : undefined} />
      </div>
    );
  }
  if (sent.status === 'failed') {
    return (
      <div role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-danger">
        <p>{sent.error?.message ?? 'It could not be sent.'}</p>
        <p className="text-ink">{sent.error?.hint}</p>
      </div>
    );
  }
  if (sent.status === 'cancelled') {
    return <p className="text-muted">It was cancelled; the sheet is as it was.</p>;
  }
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-success-soft px-3 py-2"
    >
      <p className="min-w-0 flex-1">
        {format.count(sent.rows_done, ['row', 'rows'])} are in <bdi>{sent.spreadsheet_title}</bdi>, sheet{' '}
        <bdi>{sent.sheet_title}</bdi>, sent <RelativeTime value={sent.finished_at ?? sent.started_at} />.
        {sent.cut_cells > 0
          ? ` ${format.count(sent.cut_cells, ['cell was', 'cells were'])} cut: a sheet takes 50,000 letters in each.`
          : ''}
      </p>
      {sent.url ? (
        <a
          href={sent.url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex touch-target items-center gap-1 text-accent-ink underline"
        >
          Open in Google Sheets
          <ExternalLink aria-hidden className="size-3.5" />
        </a>
      ) : null}
    </div>
  );
}
