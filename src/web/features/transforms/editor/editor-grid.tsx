'use client';

import { CircleAlert, Pencil } from 'lucide-react';
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import { previewRecipe, type RecipeError } from '#contracts/transformations';
import type { Row, TableColumn } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { Button } from '../../../ui/button.tsx';
import { summaryHeaderHeight } from '../../../ui/column-summary.tsx';
import {
  DataGrid,
  GridSkeleton,
  type GridCellPosition,
  type GridPage,
  type GridRequest,
} from '../../../ui/data-grid.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { indexOf } from '../model/edit-steps.ts';
import { prefixKey } from '../model/prefix-counts.ts';
import { CellActions, CellItems } from './cell-menu.tsx';
import { ColumnFactsDialog } from './column-facts-dialog.tsx';
import { ColumnFactsProvider } from './column-facts.tsx';
import { ColumnFill, FirstRows } from './column-fill.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';
import { StepErrors } from './step-errors.tsx';
import { SuggestionMenu } from './suggestion-bar.tsx';
import type { Analysis } from './use-analysis.ts';

interface Shown {
  readonly steps: readonly RecipeStep[];
  readonly index: number;
  readonly columns: readonly TableColumn[];
  readonly previous: readonly TableColumn[];
  readonly errors: readonly RecipeError[];
  readonly rowCount: number | undefined;
}

/** The data as of the selected step, or, while a form is open, as the form would make it. */
export function EditorGrid() {
  const { analysis, draft, dataVersion, focusCell } = useEditor();
  const steps = useEditorState((state) => state.history.present);
  const selectedId = useEditorState((state) => state.selectedId);
  const selected = indexOf(steps, selectedId ?? '');
  const inUse = draft?.analysis ?? analysis;
  const shown = draft === null ? shownAt(analysis, selected) : shownDraft(draft.analysis, draft.index);
  const version = shown === null ? '' : `${dataVersion} ${prefixKey(shown.steps, shown.index)}`;
  const { fetchRows, firstRows } = useRows(shown, version);
  const highlighted = useMemo(
    () => newColumns(shown?.previous, shown?.columns),
    [shown?.previous, shown?.columns],
  );
  const [factsOf, setFactsOf] = useState<TableColumn>();
  const renderColumnMenu = useCallback(
    (column: TableColumn) => <ColumnMenu column={column} onShowFacts={setFactsOf} />,
    [],
  );
  const errorCount = analysis.results.reduce((count, result) => count + result.errors.length, 0);

  if (inUse.error !== undefined) {
    return (
      <Frame>
        <ErrorState title="The steps could not be checked" error={inUse.error} onRetry={inUse.retry} />
      </Frame>
    );
  }
  if (shown === null) {
    return (
      <Frame>
        <GridSkeleton />
      </Frame>
    );
  }
  if (shown.errors.length > 0) {
    return (
      <Frame>
        <BrokenStep errors={shown.errors} index={shown.index} isDraft={draft !== null} />
      </Frame>
    );
  }
  return (
    <Frame>
      <ColumnFactsProvider
        version={version}
        shown={{ steps: shown.steps.slice(0, shown.index + 1), columns: shown.columns }}
      >
        <FirstRows value={firstRows}>
          <DataGrid
            label={`Data after step ${shown.index + 1}`}
            columns={shown.columns}
            fetchRows={fetchRows}
            version={version}
            isSortable
            {...(draft === null ? { renderColumnMenu, renderCellMenu } : {})}
            renderColumnSummary={renderColumnSummary}
            headerHeight={summaryHeaderHeight}
            highlightedColumns={highlighted}
            onCellFocus={({ column, value }) => focusCell({ column, value })}
            emptyText={shown.index === 0 ? 'This table has no rows.' : 'No rows are left after this step.'}
            className="rounded-none! border-0!"
            statusExtra={
              <>
                <SuggestionMenu />
                <CellActions columns={shown.columns} />
                {errorCount > 0 ? (
                  <span className="flex items-center gap-1 text-danger">
                    <CircleAlert aria-hidden className="size-3.5" />
                    {errorCount === 1 ? '1 error in the steps' : `${errorCount} errors in the steps`}
                  </span>
                ) : null}
              </>
            }
          />
        </FirstRows>
        <ColumnFactsDialog column={factsOf} onClose={() => setFactsOf(undefined)} />
      </ColumnFactsProvider>
    </Frame>
  );
}

function renderColumnSummary(column: TableColumn) {
  return <ColumnFill column={column} />;
}

function renderCellMenu({ column, value }: GridCellPosition) {
  return <CellItems cell={{ column, value }} />;
}

function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <section aria-label="Preview" className="flex min-h-0 min-w-0 flex-1 flex-col">
      {children}
    </section>
  );
}

function BrokenStep({
  errors,
  index,
  isDraft,
}: {
  readonly errors: readonly RecipeError[];
  readonly index: number;
  readonly isDraft: boolean;
}) {
  const { store, canEdit } = useEditor();
  const stepId = useEditorState((state) => state.history.present[index]?.id);
  return (
    <div className="m-4 max-w-xl rounded-lg border border-line bg-surface p-4">
      <h2 className="flex items-center gap-2 font-semibold">
        <CircleAlert aria-hidden className="size-5 text-danger" />
        Step {index + 1} needs a correction before it can show data
      </h2>
      {isDraft || stepId === undefined ? (
        <ul className="mt-2 list-disc ps-5">
          {errors.map((error) => (
            <li key={`${error.field} ${error.message}`}>{error.message}</li>
          ))}
        </ul>
      ) : (
        <>
          <StepErrors stepId={stepId} errors={errors} />
          {canEdit && index > 0 ? (
            <Button
              className="mt-3"
              icon={<Pencil aria-hidden className="size-4" />}
              onClick={() => store.getState().startEdit(stepId)}
            >
              Edit step {index + 1}
            </Button>
          ) : null}
        </>
      )}
    </div>
  );
}

/** The step's data, or the error of the first broken step up to it; null until something is known about it. */
function shownAt(analysis: Analysis, index: number): Shown | null {
  const { steps, results } = analysis;
  const at = Math.min(index, steps.length - 1);
  if (at < 0) return null;
  const broken = results.findIndex((result) => result.errors.length > 0);
  const last = broken >= 0 && broken <= at ? broken : at;
  const result = results[last];
  if (result === undefined) return null;
  return {
    steps,
    index: last,
    columns: result.columns,
    previous: results[last - 1]?.columns ?? result.columns,
    errors: result.errors,
    rowCount: result.rowCount,
  };
}

function shownDraft(analysis: Analysis, firstDraft: number): Shown | null {
  const shown = shownAt(analysis, analysis.steps.length - 1);
  // While a draft is wrong, its form says why; beside it the data that it starts from is more useful.
  if (shown !== null && shown.errors.length > 0 && shown.index >= firstDraft)
    return shownAt(analysis, firstDraft - 1);
  return shown;
}

/** Pages of rows of what is shown; requests for what is no longer shown are aborted. */
function useRows(shown: Shown | null, version: string) {
  const [firstRows, setFirstRows] = useState<{ readonly version: string; readonly rows: readonly Row[] }>();
  const latest = useRef({ shown, abort: new AbortController() });
  // Before paint, so that it is done when the grid asks for the rows of a new version.
  useLayoutEffect(() => {
    latest.current.shown = shown;
  });
  useLayoutEffect(() => {
    const current = latest.current;
    current.abort = new AbortController();
    return () => current.abort.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another version is what ends old requests
  }, [version]);
  const fetchRows = async ({ start, end, sort }: GridRequest): Promise<GridPage> => {
    const { shown: wanted, abort } = latest.current;
    if (wanted === null) return { rows: [], total: 0 };
    const body = {
      recipe: { steps: wanted.steps.slice(0, wanted.index + 1) },
      offset: start,
      limit: end - start,
      up_to_step: wanted.index,
      ...(sort.length > 0 ? { sort: [...sort] } : {}),
    };
    const page = await call(previewRecipe, { body }, { signal: abort.signal });
    if (start === 0) setFirstRows({ version, rows: page.rows });
    return {
      rows: page.rows,
      total: page.total_count ?? wanted.rowCount ?? null,
      estimate: page.estimated_count ?? null,
    };
  };
  return { fetchRows, firstRows: firstRows?.version === version ? firstRows.rows : undefined };
}

const noNames: readonly string[] = [];

function newColumns(
  before: readonly TableColumn[] | undefined,
  after: readonly TableColumn[] | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return noNames;
  const known = new Set(before.map((column) => column.name));
  const added = after.map((column) => column.name).filter((name) => !known.has(name));
  return added.length === 0 || added.length === after.length ? noNames : added;
}
