'use client';

import type { CsvOptions, Upload } from '#contracts/sources';
import { Field, Input } from '../../ui/field.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { useState } from 'react';

const delimiters: readonly SelectOption<NonNullable<CsvOptions['delimiter']>>[] = [
  { value: ',', label: 'Comma ,' },
  { value: ';', label: 'Semicolon ;' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar |' },
  { value: ', ', label: 'Comma and blank' },
  { value: '; ', label: 'Semicolon and blank' },
  { value: ' ', label: 'Blank' },
  { value: '^', label: 'Caret ^' },
  { value: '~', label: 'Tilde ~' },
];
const headerRows: readonly SelectOption[] = ['1', '2', '3', '4', '5'].map((value) => ({
  value,
  label: value === '1' ? 'One row' : `${value} rows`,
}));
const formats: Readonly<Record<Upload['format'], string>> = {
  csv: 'Text (CSV)',
  xlsx: 'Excel workbook',
  json: 'JSON',
  ndjson: 'JSON, one record per line',
  parquet: 'Parquet',
};
const encodings: readonly SelectOption<NonNullable<CsvOptions['encoding']>>[] = [
  { value: 'utf-8', label: 'UTF-8' },
  { value: 'windows-1252', label: 'Windows-1252 (Western Europe)' },
  { value: 'utf-16le', label: 'UTF-16 (LE)' },
  { value: 'utf-16be', label: 'UTF-16 (BE)' },
];
const decimals: readonly SelectOption<NonNullable<CsvOptions['decimal']>>[] = [
  { value: '.', label: 'Point 1.5' },
  { value: ',', label: 'Comma 1,5' },
];
const dateOrders: readonly SelectOption<NonNullable<CsvOptions['date_order']>>[] = [
  { value: 'dmy', label: 'Day / month / year' },
  { value: 'mdy', label: 'Month / day / year' },
  { value: 'ymd', label: 'Year / month / day' },
];

const totals: readonly SelectOption<NonNullable<CsvOptions['totals']>>[] = [
  { value: 'leave_out', label: 'Leave them out' },
  { value: 'keep', label: 'Keep them as rows' },
];

interface FormatOptionsProps {
  readonly upload: Upload;
  readonly options: CsvOptions;
  readonly onChange: (patch: CsvOptions) => void;
}

/** How the file is read; what was detected is filled in, a change is shown at once in the grid beside it. */
export function FormatOptions({ upload, options, onChange }: FormatOptionsProps) {
  const isText = upload.format === 'csv';
  const hasHeaderRow = isText || upload.format === 'xlsx';
  const headerRow = options.header_row ?? upload.header_row;
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-1">
      <p className="col-span-full text-sm text-muted">
        {formats[upload.format]}
        {upload.compression === null ? '' : `, ${upload.compression}`}
      </p>
      {upload.sheets.length > 1 ? (
        <Field label={upload.format === 'xlsx' ? 'Sheet' : 'File in the archive'}>
          <Select
            value={options.sheet ?? upload.sheet ?? ''}
            options={upload.sheets.map(({ name, hidden }) => ({
              value: name,
              label: hidden ? `${name} (hidden)` : name,
            }))}
            onChange={(sheet) => onChange({ sheet })}
          />
        </Field>
      ) : null}
      {isText ? (
        <Field label="Columns are divided by">
          <Select
            value={known(delimiters, options.delimiter ?? upload.delimiter)}
            options={delimiters}
            onChange={(delimiter) => onChange({ delimiter })}
          />
        </Field>
      ) : null}
      {hasHeaderRow ? (
        <HeaderRow
          key={`${upload.sheet} ${headerRow}`}
          value={headerRow}
          onChange={(header_row) => onChange({ header_row })}
        />
      ) : null}
      {hasHeaderRow && headerRow > 0 ? (
        <Field label="Names stand in">
          <Select
            value={String(options.header_rows ?? upload.header_rows)}
            options={headerRows}
            // Where they begin is said with it, so that the next guess moves neither.
            onChange={(rows) => onChange({ header_row: headerRow, header_rows: Number(rows) })}
          />
        </Field>
      ) : null}
      {isText ? (
        <Field label="Encoding" help="If letters like é or ñ look wrong, try another.">
          <Select
            value={known(encodings, options.encoding ?? upload.encoding)}
            options={encodings}
            onChange={(encoding) => onChange({ encoding })}
          />
        </Field>
      ) : null}
      {hasHeaderRow && (upload.left_out.length > 0 || options.totals !== undefined) ? (
        <div className="col-span-full flex flex-col gap-1.5">
          <Field label="Totals and notes below the table">
            <Select
              value={options.totals ?? upload.totals}
              options={totals}
              onChange={(choice) => onChange({ totals: choice })}
            />
          </Field>
          <ul className="flex flex-col gap-0.5 text-sm text-muted">
            {upload.left_out.slice(0, 5).map(({ line, text }) => (
              <li key={line} className="truncate" title={text}>
                Line {line}: <bdi>{text}</bdi>
              </li>
            ))}
            {upload.left_out.length > 5 ? <li>… and {upload.left_out.length - 5} more</li> : null}
          </ul>
        </div>
      ) : null}
      <Field label="Decimal sign">
        <Select
          value={options.decimal ?? upload.decimal}
          options={decimals}
          onChange={(decimal) => onChange({ decimal })}
        />
      </Field>
      <Field label="Order in dates">
        <Select
          value={options.date_order ?? upload.date_order ?? ''}
          placeholder="No dates in question"
          options={dateOrders}
          onChange={(date_order) => onChange({ date_order })}
        />
      </Field>
    </div>
  );
}

function HeaderRow({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const [text, setText] = useState(String(value));
  const number = Number(text);
  const isValid = /^\d{1,4}$/.test(text) && number <= 1000;
  return (
    <Field
      label="Row with the names"
      help="0 if the file has none."
      {...(isValid ? {} : { error: 'A number from 0 to 1000' })}
    >
      <Input
        inputMode="numeric"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => (isValid && number !== value ? onChange(number) : undefined)}
        onKeyDown={(event) => (event.key === 'Enter' ? event.currentTarget.blur() : undefined)}
      />
    </Field>
  );
}

/** The server may report what the list does not offer; then nothing is chosen. */
function known<Value extends string>(options: readonly SelectOption<Value>[], value: string): Value | '' {
  return options.find((option) => option.value === value)?.value ?? '';
}
