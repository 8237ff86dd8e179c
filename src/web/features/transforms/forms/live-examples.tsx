'use client';

import { previewRecipe } from '#contracts/transformations';
import { call } from '../../../api.ts';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { useEditor } from '../editor/editor-context.tsx';
import { useAnswer } from '../use-answer.ts';
import { useStepForm } from './form-context.tsx';

/** What the draft makes of the first three rows: the columns that it uses, and its own. */
export function LiveExamples({ uses }: { readonly uses: readonly string[] }) {
  const { draft, dataVersion } = useEditor();
  const { naming } = useStepForm();
  const format = useFormat();
  const result = draft?.analysis.results[draft.index];
  const isReady = draft?.isComplete === true && result !== undefined && result.errors.length === 0;
  const steps = isReady ? draft.analysis.steps : null;
  // The grid beside it makes the same request and says what is wrong.
  const { data: preview } = useAnswer(
    steps === null ? null : JSON.stringify([steps, dataVersion]),
    (signal) =>
      call(previewRecipe, { body: { recipe: { steps: [...(steps ?? [])] }, limit: 3 } }, { signal }),
  );
  const made = preview?.columns.at(-1);
  if (preview === undefined || made === undefined || preview.rows.length === 0) return null;
  const shown = [...new Set(uses)].slice(0, 3);
  const text = (value: unknown, name: string) =>
    cellText(
      value,
      preview.columns.find((column) => column.name === name)?.type ?? 'text',
      format.settings,
    ) ?? '—';
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table aria-label="Examples" className="w-full text-sm">
        <thead className="bg-sunken text-muted">
          <tr>
            {shown.map((name) => (
              <th key={name} scope="col" className="px-2 py-1 text-start font-medium">
                <bdi>{naming.column(name)}</bdi>
              </th>
            ))}
            <th scope="col" className="px-2 py-1 text-start font-medium text-accent-ink">
              <bdi>{made.display_name}</bdi>
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            // Rows of a preview have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <tr key={index} className="border-t border-line">
              {shown.map((name) => (
                <td key={name} className="max-w-32 truncate px-2 py-1">
                  <bdi>{text(row[name], name)}</bdi>
                </td>
              ))}
              <td className="max-w-32 truncate bg-accent-soft px-2 py-1 font-medium">
                <bdi>{text(row[made.name], made.name)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
