'use client';

import { ChartColumn, ChevronDown, EyeOff, Sparkles } from 'lucide-react';
import type { TableColumn } from '#contracts/warehouse';
import { comparisonFamily } from '../model/filter-operators.ts';
import type { EditableType } from '../model/editor-store.ts';
import { indexOf } from '../model/edit-steps.ts';
import { detectDateFormats } from '../model/detect-dates.ts';
import { looksNumeric } from '../model/looks-numeric.ts';
import { suggestionWords } from '../model/suggest-steps.ts';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import { useColumnFacts } from './column-facts.tsx';
import { useFirstTexts } from './column-fill.tsx';
import { useEditor } from './editor-context.tsx';
import { SortItems } from './sort-items.tsx';
import { addStep, startStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';
import { acceptSuggestion } from './suggestion-bar.tsx';

/** What makes sense to do with a column of this type and with values like these. */
export function ColumnMenu({
  column,
  onShowFacts,
}: {
  readonly column: TableColumn;
  readonly onShowFacts: (column: TableColumn) => void;
}) {
  const { canEdit } = useEditor();
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Actions for ${column.display_name}`}
          className="flex size-6 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <ChevronDown aria-hidden className="size-4" />
        </button>
      }
    >
      <MenuItem icon={<ChartColumn aria-hidden />} onSelect={() => onShowFacts(column)}>
        What is in this column
      </MenuItem>
      {canEdit ? (
        <>
          <MenuSeparator />
          <ColumnItems column={column} />
        </>
      ) : null}
    </Menu>
  );
}

/** Drawn when the menu is open: what it offers depends on the values. */
function ColumnItems({ column }: { readonly column: TableColumn }) {
  const { store, analysis } = useEditor();
  const family = comparisonFamily(column.type);
  const start = (type: EditableType) =>
    startStep({ store, analysis, type, cell: { column: column.name, value: undefined } });
  const selected = indexOf(store.getState().history.present, store.getState().selectedId ?? '');
  const others = (analysis.results[selected]?.columns ?? []).filter((one) => one.name !== column.name);
  const entry = (type: EditableType, words: string) => (
    <MenuItem icon={<StepIcon type={type} />} onSelect={() => start(type)}>
      {words}
    </MenuItem>
  );
  const texts = useFirstTexts(column);
  const looksLikeNumbers = looksNumeric(texts);
  const looksLikeLists = column.type === 'json' || texts.some(({ value }) => /[;,|]/.test(value));
  const looksLikeDates = family === 'text' && (texts.length === 0 || detectDateFormats(texts).length > 0);
  const suggestions = useColumnFacts().suggestions.filter((one) => one.column === column.name);
  return (
    <>
      {suggestions.map((suggestion) => (
        <MenuItem
          key={suggestion.id}
          icon={<Sparkles aria-hidden className="text-accent-ink" />}
          onSelect={() => acceptSuggestion(store, suggestion)}
        >
          {suggestionWords(suggestion, column.display_name)}
          {suggestion.needsLook ? '…' : ''}
        </MenuItem>
      ))}
      {suggestions.length > 0 ? <MenuSeparator /> : null}
      {entry('filter', 'Filter…')}
      {family === 'other' ? null : <SortItems column={column} />}
      <MenuSeparator />
      {entry('group', 'Summarize by this…')}
      {family === 'text' ? entry('clean', 'Clean…') : null}
      {family === 'other' ? null : entry('replace_values', 'Replace values…')}
      {family === 'other' ? null : entry('fill_empty', 'Fill empty cells…')}
      {looksLikeDates ? entry('parse_date', 'Read as dates…') : null}
      {entry('cast', looksLikeNumbers ? 'Change from text to numbers…' : 'Change type…')}
      {family === 'other' ? null : entry('categorize', 'Categorize…')}
      {family === 'date' && column.type !== 'time' ? entry('date_part', 'Take part of the date…') : null}
      {family === 'number' ? entry('add_column', 'Calculate with it…') : null}
      {family === 'text' ? entry('merge_columns', 'Merge with other columns…') : null}
      {family === 'text' ? entry('split_column', 'Split…') : null}
      {family === 'text' ? entry('extract_text', 'Take part of the text…') : null}
      {family === 'number' ? entry('window', 'Running total, rank…') : null}
      {family === 'number' ? entry('bin', 'Put into ranges…') : null}
      {looksLikeLists ? entry('list_to_rows', 'Turn lists into rows…') : null}
      {column.type === 'json' ? entry('flatten_json', 'Take nested data apart…') : null}
      {family === 'other' ? null : entry('remove_duplicates', 'Remove duplicates…')}
      {entry('mask', 'Hide personal data…')}
      {entry('rename', 'Rename…')}
      {others.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuItem
            icon={<EyeOff aria-hidden />}
            onSelect={() => addStep(store, { type: 'select', columns: others.map((one) => one.name) })}
          >
            Leave out this column
          </MenuItem>
        </>
      ) : null}
    </>
  );
}
