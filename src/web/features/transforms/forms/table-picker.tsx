'use client';

import { Table2, Workflow } from 'lucide-react';
import type { WarehouseTable } from '#contracts/warehouse';
import { Combobox, MultiSelect, type ComboboxOption } from '../../../ui/combobox.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';

/** Tables that a step can read: all but the one that this recipe makes. */
function useOtherTables(): readonly ComboboxOption[] {
  const { tables } = useEditor();
  const ownId = useEditorState((state) => state.id);
  return useTableOptions(tables.filter((table) => ownId === null || table.transformation_id !== ownId));
}

/** Tables to pick from, with what they are and how many rows they have. */
export function useTableOptions(tables: readonly WarehouseTable[]): readonly ComboboxOption[] {
  const format = useFormat();
  return tables.map((table) => ({
    value: table.name,
    label: table.display_name,
    icon:
      table.kind === 'source' ? (
        <Table2 aria-hidden className="size-4 shrink-0 text-muted" />
      ) : (
        <Workflow aria-hidden className="size-4 shrink-0 text-muted" />
      ),
    ...(table.row_count === null ? {} : { hint: format.count(table.row_count, ['row', 'rows']) }),
  }));
}

interface TablePickerProps {
  readonly value: string;
  readonly onChange: (table: WarehouseTable) => void;
}

export function TablePicker({ value, onChange }: TablePickerProps) {
  const { tables } = useEditor();
  return (
    <Combobox
      placeholder="Choose a table"
      searchPlaceholder="Search tables"
      value={value === '' ? undefined : value}
      onChange={(name) => {
        const table = tables.find((one) => one.name === name);
        if (table) onChange(table);
      }}
      options={useOtherTables()}
    />
  );
}

interface TablesPickerProps {
  readonly value: readonly string[];
  readonly onChange: (tables: string[]) => void;
}

export function TablesPicker({ value, onChange }: TablesPickerProps) {
  return (
    <MultiSelect
      placeholder="Choose tables"
      searchPlaceholder="Search tables"
      value={value}
      onChange={onChange}
      options={useOtherTables()}
    />
  );
}
