'use client';

import { ArrowRight, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ScalarValue } from '#contracts/recipe';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { Textarea } from '../../../ui/field.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { clusterSpellings, type SpellingCluster } from '../model/cluster-spellings.ts';
import type { StepOf } from '../model/editor-step.ts';
import { textOfScalar } from '../model/filter-value.ts';
import {
  pairsOfClipboard,
  withPairs,
  withReplacement,
  type ReplacementPair,
} from '../model/replacement-pairs.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { ReplacementGrid } from './replacement-grid.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { textValues, useValues } from './use-values.ts';

type Step = StepOf<'replace_values'>;

/** What becomes what: in a grid of the values that are there, pasted, or as spellings that look alike. */
export function ReplaceValuesForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming, index } = useStepForm();
  const { dataVersion } = useEditor();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const [first = ''] = step.columns;
  const type = naming.columnType(first) ?? 'text';
  const isWhole = step.part === 'whole';
  const { data } = useValues(
    first !== '' && isWhole ? { steps, column: first, dataVersion, limit: 500 } : null,
  );
  const clusters = useMemo(() => (type === 'text' ? clusterSpellings(textValues(data)) : []), [data, type]);
  const values = useMemo(
    () =>
      data?.values.flatMap(({ value, count }) =>
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
          ? [{ value, count }]
          : [],
      ) ?? [],
    [data],
  );
  const isKnown = (value: string) => step.pairs.some((pair) => pair.from === value);
  const open = clusters.filter(({ others }) => others.some(({ value }) => !isKnown(value)));
  const setPairs = (pairs: readonly ReplacementPair[]) => onChange({ ...step, pairs: [...pairs] });
  const confirm = (confirmed: readonly SpellingCluster[]) =>
    setPairs(
      withPairs(
        step.pairs,
        confirmed.flatMap(({ keep, others }) => others.map(({ value }) => ({ from: value, to: keep }))),
      ),
    );
  const offered = isWhole
    ? columns.filter((column) => column.type !== 'json')
    : columns.filter((column) => column.type === 'text');
  return (
    <>
      <StepField name="columns" label="Columns">
        <ColumnsPicker
          columns={offered}
          value={step.columns}
          onChange={(next) => onChange({ ...step, columns: next })}
        />
      </StepField>
      <RadioGroup
        label="Replace"
        value={step.part}
        onChange={(part) => onChange({ ...step, part })}
        isHorizontal
        options={[
          { value: 'whole', label: 'Whole cells' },
          { value: 'part', label: 'Parts of text' },
        ]}
      />
      {open.length === 0 ? null : <Clusters clusters={open} onConfirm={confirm} />}
      {isWhole && data !== undefined ? (
        <div>
          <h3 className="mb-1.5 text-sm font-medium">What becomes what</h3>
          <ReplacementGrid
            // Another column has other values.
            key={first}
            type={type}
            values={values}
            isTruncated={data.truncated}
            pairs={step.pairs}
            onChange={setPairs}
          />
        </div>
      ) : null}
      <Pairs step={step} type={type} known={isWhole ? values : noValues} onChange={setPairs} />
      <PasteList
        onPaste={(text) => {
          const added = pairsOfClipboard(text, type);
          const filled = withPairs(step.pairs, []);
          setPairs(added.reduce((all, pair) => withReplacement(all, pair.from, pair.to), filled));
          return added.length;
        }}
      />
      {type === 'text' ? (
        <Checkbox
          label="Ignore capital letters"
          checked={step.ignore_case ?? false}
          onChange={(isOn) => {
            const { ignore_case: _, ...rest } = step;
            onChange(isOn ? { ...rest, ignore_case: true } : rest);
          }}
        />
      ) : null}
    </>
  );
}

interface ClustersProps {
  readonly clusters: readonly SpellingCluster[];
  readonly onConfirm: (clusters: readonly SpellingCluster[]) => void;
}

const shownClusters = 8;

/** "Narobi, narobi, Nairobii → Nairobi, 23 rows", each to be confirmed. */
function Clusters({ clusters, onConfirm }: ClustersProps) {
  const format = useFormat();
  return (
    <section aria-label="Spellings that look alike" className="rounded-md border border-line">
      <div className="flex items-center gap-2 border-b border-line py-1.5 ps-2.5 pe-1.5">
        <h3 className="min-w-0 flex-1 text-sm font-medium">Spellings that look alike</h3>
        {clusters.length > 1 ? (
          <Button size="sm" onClick={() => onConfirm(clusters)}>
            Fix all {format.number(clusters.length)}
          </Button>
        ) : null}
      </div>
      <ul>
        {clusters.slice(0, shownClusters).map((cluster) => (
          <li
            key={cluster.keep}
            className="flex items-start gap-2 border-b border-line py-1.5 ps-2.5 pe-1.5 text-sm last:border-b-0"
          >
            <span className="min-w-0 flex-1 wrap-anywhere">
              <bdi>
                {cluster.others
                  .slice(0, 6)
                  .map(({ value }) => value)
                  .join(', ')}
                {cluster.others.length > 6 ? ' …' : ''}
              </bdi>{' '}
              <span aria-label="become">→</span> <bdi className="font-medium">{cluster.keep}</bdi>
              <span className="text-muted">, {format.count(cluster.rows, ['row', 'rows'])}</span>
            </span>
            <Button size="sm" aria-label={`Fix to ${cluster.keep}`} onClick={() => onConfirm([cluster])}>
              Fix
            </Button>
          </li>
        ))}
      </ul>
      {clusters.length > shownClusters ? (
        <p className="px-2.5 py-1.5 text-sm text-muted">
          and {format.number(clusters.length - shownClusters)} more
        </p>
      ) : null}
    </section>
  );
}

const noValues: readonly { readonly value: ScalarValue }[] = [];

interface PasteListProps {
  /** Answers how many replacements it found. */
  readonly onPaste: (text: string) => number;
}

/** For those who keep a list of corrections in a spreadsheet. */
function PasteList({ onPaste }: PasteListProps) {
  const [found, setFound] = useState<number>();
  return (
    <details className="rounded-md border border-line">
      <summary className="cursor-pointer px-2.5 py-1.5 text-sm font-medium">Paste a list from Excel</summary>
      <div className="flex flex-col gap-1.5 border-t border-line p-2.5">
        <Textarea
          rows={2}
          id={undefined}
          aria-label="List of replacements"
          aria-describedby={undefined}
          aria-invalid={undefined}
          className="text-sm!"
          placeholder="Copy two columns, the old value and the new one, and paste them here"
          value=""
          onChange={(event) => setFound(onPaste(event.target.value))}
        />
        <p role="status" className="text-sm text-muted">
          {found === undefined
            ? 'An empty cell beside a value empties it.'
            : found === 0
              ? 'There were no two columns in what was pasted.'
              : found === 1
                ? '1 replacement was added.'
                : `${found} replacements were added.`}
        </p>
      </div>
    </details>
  );
}

interface PairsProps {
  readonly step: Step;
  readonly type: Parameters<typeof ScalarInput>[0]['type'];
  /** Values that have a row in the grid above. */
  readonly known: readonly { readonly value: ScalarValue }[];
  readonly onChange: (pairs: readonly ReplacementPair[]) => void;
}

/** Replacements of what is not in the grid: parts of text, and values that may come later. */
function Pairs({ step, type, known, onChange }: PairsProps) {
  const shown = new Set(known.map(({ value }) => textOfScalar(value)));
  const set = (index: number, pair: ReplacementPair) =>
    onChange(step.pairs.map((one, at) => (at === index ? pair : one)));
  const others = step.pairs.map((pair, index) => ({ pair, index }));
  return (
    <div>
      <h3 className="text-sm font-medium">
        {step.part === 'part' ? 'What becomes what' : 'Values that are not in the list'}
      </h3>
      <ol aria-label="Replacements" className="mt-1.5 flex flex-col gap-1.5">
        {others
          .filter(({ pair }) => !shown.has(textOfScalar(pair.from)))
          .map(({ pair, index }) => (
            <li key={index} className="flex items-start gap-1">
              <StepField
                name={`pairs.${index}.from`}
                label={`Replace ${index + 1}`}
                isLabelHidden
                className="min-w-0 flex-1"
              >
                <ScalarInput
                  type={type}
                  value={pair.from}
                  placeholder="This value"
                  onChange={(from) => set(index, { ...pair, from })}
                />
              </StepField>
              <ArrowRight aria-hidden className="mt-2.5 size-4 shrink-0 text-muted rtl:rotate-180" />
              <StepField
                name={`pairs.${index}.to`}
                label={`With ${index + 1}`}
                isLabelHidden
                className="min-w-0 flex-1"
              >
                <ScalarInput
                  type={type}
                  value={pair.to}
                  placeholder={step.part === 'part' ? 'nothing' : 'empty cell'}
                  onChange={(to) => set(index, { ...pair, to: to === '' ? null : to })}
                />
              </StepField>
              <IconButton
                size="sm"
                className="mt-1 text-muted"
                label={`Remove replacement ${index + 1}`}
                icon={<Trash2 aria-hidden className="size-4" />}
                onClick={() => onChange(step.pairs.filter((_, at) => at !== index))}
              />
            </li>
          ))}
      </ol>
      <StepField name="pairs" label="Replacements" isLabelHidden>
        <Button
          variant="ghost"
          size="sm"
          className="mt-1 self-start text-accent-ink"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => onChange([...step.pairs, { from: '', to: null }])}
        >
          Add a replacement
        </Button>
      </StepField>
    </div>
  );
}
