'use client';

import { ArrowRight, Plus, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import type { ScalarValue } from '#contracts/recipe';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { clusterSpellings, type SpellingCluster } from '../model/cluster-spellings.ts';
import type { StepOf } from '../model/editor-step.ts';
import { withPairs, type ReplacementPair } from '../model/replacement-pairs.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { PickableValues } from './pickable-values.tsx';
import { ScalarInput } from './scalar-input.tsx';
import { useTextValues } from './use-values.ts';

type Step = StepOf<'replace_values'>;

/** What becomes what: typed, picked from the values that are there, or spellings that look alike. */
export function ReplaceValuesForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming, index } = useStepForm();
  const { dataVersion } = useEditor();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const [first = ''] = step.columns;
  const type = naming.columnType(first) ?? 'text';
  const isWhole = step.part === 'whole';
  const values = useTextValues(
    type === 'text' && first !== '' && isWhole ? { steps, column: first, dataVersion } : null,
  );
  const clusters = useMemo(() => clusterSpellings(values ?? []), [values]);
  const counts = useMemo(() => new Map(values?.map(({ value, count }) => [value, count])), [values]);
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
        options={[
          { value: 'whole', label: 'Whole values', help: 'The cell is exactly this' },
          { value: 'part', label: 'Parts of text', help: 'Wherever it occurs in a cell' },
        ]}
      />
      {open.length === 0 ? null : <Clusters clusters={open} onConfirm={confirm} />}
      <Pairs step={step} type={type} counts={counts} onChange={setPairs} />
      {first !== '' && isWhole ? (
        <PickableValues
          column={first}
          type={type}
          label="Pick a value to replace"
          isPicked={(value) => step.pairs.some((pair) => pair.from === value)}
          onPick={(from) => setPairs(withPairs(step.pairs, [{ from, to: null }]))}
        />
      ) : null}
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

interface PairsProps {
  readonly step: Step;
  readonly type: Parameters<typeof ScalarInput>[0]['type'];
  readonly counts: ReadonlyMap<string, number>;
  readonly onChange: (pairs: readonly ReplacementPair[]) => void;
}

function Pairs({ step, type, counts, onChange }: PairsProps) {
  const format = useFormat();
  const set = (index: number, pair: ReplacementPair) =>
    onChange(step.pairs.map((one, at) => (at === index ? pair : one)));
  const rows = (from: ScalarValue) => (typeof from === 'string' ? counts.get(from) : undefined);
  return (
    <div>
      <h3 className="text-sm font-medium">What becomes what</h3>
      <ol aria-label="Replacements" className="mt-1.5 flex flex-col gap-1.5">
        {step.pairs.map((pair, index) => (
          // Pairs have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="flex items-start gap-1">
            <StepField
              name={`pairs.${index}.from`}
              label={`Replace ${index + 1}`}
              isLabelHidden
              className="min-w-0 flex-1"
              help={
                rows(pair.from) === undefined
                  ? undefined
                  : format.count(rows(pair.from) ?? 0, ['row', 'rows'])
              }
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
