'use client';

import { Table2, Workflow } from 'lucide-react';
import type { WarehouseTable } from '#contracts/warehouse';
import { Combobox, MultiSelect, type ComboboxOption } from '../../../ui/combobox.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';

/** Tables that a step can read: all but the one that this recipe makes. */
function useTableOptions(): readonly ComboboxOption[] {
  const { tables } = useEditor();
  const format = useFormat();
  const ownId = useEditorState((state) => state.id);
  return tables
    .filter((table) => ownId === null || table.transformation_id !== ownId)
    .map((table) => ({
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
      options={useTableOptions()}
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
      options={useTableOptions()}
    />
  );
}
