'use client';

import { useState, type SubmitEvent } from 'react';
import { getGraph } from '#contracts/graph';
import {
  getPipeline,
  listPipelines,
  setSchedule,
  type Frequency,
  type MissedPolicy,
  type OverlapPolicy,
  type Pipeline,
} from '#contracts/pipelines';
import { call, refetch, useApi } from '../../api.ts';
import { useSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { fieldErrors } from '../../use-endpoint-form.ts';
import { bodyOf, draftOf, problemsOf, type ScheduleDraft } from './schedule-draft.ts';
import { SchedulePreview } from './schedule-preview.tsx';
import { cronWords, dayOfMonthWords, everyWords, weekdays } from './schedule-words.ts';

const frequencies: readonly { readonly value: Frequency; readonly label: string }[] = [
  { value: 'manual', label: 'Only when I run it' },
  { value: 'every', label: 'Every so many minutes' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'Every week' },
  { value: 'monthly', label: 'Every month' },
  { value: 'cron', label: 'Custom (cron)' },
  { value: 'after', label: 'After another pipeline' },
  { value: 'arrival', label: 'When new data comes' },
];
const missedOptions: readonly { readonly value: MissedPolicy; readonly label: string }[] = [
  { value: 'run_once', label: 'Run once, as soon as possible' },
  { value: 'skip', label: 'Wait for its next time' },
];
const overlapOptions: readonly { readonly value: OverlapPolicy; readonly label: string }[] = [
  { value: 'queue', label: 'Run after it' },
  { value: 'skip', label: 'Leave this one out' },
  { value: 'cancel_old', label: 'Cancel it and run again' },
];
const days = weekdays.map((label, index) => ({ value: String(index), label }));

/** When a pipeline runs by itself, to be changed. */
export function ScheduleForm({
  pipeline,
  onClose,
}: {
  readonly pipeline: Pipeline;
  readonly onClose: () => void;
}) {
  const home = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const [draft, setDraft] = useState(() => draftOf(pipeline.schedule, home));
  const [errors, setErrors] = useState<Readonly<Record<string, string | undefined>>>({});
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<ScheduleDraft>) => {
    setDraft((old) => ({ ...old, ...part }));
    setErrors({});
  };

  const hasTimes = !['manual', 'after', 'arrival'].includes(draft.frequency);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const found = problemsOf(draft);
    setErrors({ ...found });
    setProblem(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await call(setSchedule, { params: { id: pipeline.id }, body: bodyOf(draft, true) });
      await refetch(getPipeline, listPipelines, getGraph);
      onClose();
    } catch (error) {
      const atFields = fieldErrors(error, ['run_at', 'cron', 'timezone', 'after_pipeline_id']);
      setErrors({ ...atFields, time: atFields['run_at'], after: atFields['after_pipeline_id'] });
      if (Object.keys(atFields).length === 0) setProblem(error);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
      <FormProblem error={problem} />
      <Field label="How often">
        <Select
          value={draft.frequency}
          options={frequencies}
          onChange={(frequency) => change({ frequency })}
        />
      </Field>
      <Rhythm draft={draft} errors={errors} onChange={change} pipelineId={pipeline.id} />
      {hasTimes ? (
        <Field label="Timezone" error={errors['timezone']}>
          <Combobox
            value={draft.timezone}
            onChange={(timezone) => change({ timezone })}
            searchPlaceholder="City or region"
            options={timezones(draft.timezone, home)}
          />
        </Field>
      ) : null}
      {draft.frequency === 'manual' ? null : (
        <>
          {hasTimes ? (
            <Field label="When a time was missed" help="For instance while the server was off">
              <Select
                value={draft.missed}
                options={missedOptions}
                onChange={(missed) => change({ missed })}
              />
            </Field>
          ) : null}
          <Field label="When the last run still goes on">
            <Select
              value={draft.overlap}
              options={overlapOptions}
              onChange={(overlap) => change({ overlap })}
            />
          </Field>
          {hasTimes ? <SchedulePreview draft={draft} /> : null}
        </>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          Save schedule
        </Button>
      </div>
    </form>
  );
}

interface RhythmProps {
  readonly draft: ScheduleDraft;
  readonly errors: Readonly<Record<string, string | undefined>>;
  readonly onChange: (part: Partial<ScheduleDraft>) => void;
  readonly pipelineId: string;
}

/** The fields that the chosen frequency has. */
function Rhythm({ draft, errors, onChange, pipelineId }: RhythmProps) {
  switch (draft.frequency) {
    case 'manual':
      return null;
    case 'hourly':
      return (
        <Field label="Minutes past the hour" error={errors['minute'] ?? errors['time']}>
          <Input
            type="number"
            inputMode="numeric"
            min={0}
            max={59}
            value={Number.isNaN(draft.minute) ? '' : draft.minute}
            onChange={(event) => onChange({ minute: event.target.valueAsNumber })}
            className="max-w-28"
          />
        </Field>
      );
    case 'every':
      return (
        <Field
          label="Minutes from one run to the next"
          error={errors['every']}
          help={everyWords(draft.everyMinutes)}
        >
          <Input
            type="number"
            inputMode="numeric"
            min={1}
            max={10_080}
            value={Number.isNaN(draft.everyMinutes) ? '' : draft.everyMinutes}
            onChange={(event) => onChange({ everyMinutes: event.target.valueAsNumber })}
            className="max-w-28"
          />
        </Field>
      );
    case 'monthly':
      return (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Day of the month" error={errors['day']} help={dayOfMonthWords(draft.dayOfMonth)}>
            <Input
              type="number"
              inputMode="numeric"
              min={1}
              max={31}
              value={Number.isNaN(draft.dayOfMonth) ? '' : draft.dayOfMonth}
              onChange={(event) => onChange({ dayOfMonth: event.target.valueAsNumber })}
              className="max-w-28"
            />
          </Field>
          <TimeField draft={draft} error={errors['time']} onChange={onChange} />
        </div>
      );
    case 'after':
      return <AfterField draft={draft} error={errors['after']} onChange={onChange} pipelineId={pipelineId} />;
    case 'arrival':
      return (
        <p className="text-sm text-muted">
          It runs once one of its sources was loaded by something else: somebody gave it a new file or loaded
          it, or another pipeline did.
        </p>
      );
    case 'daily':
      return <TimeField draft={draft} error={errors['time']} onChange={onChange} />;
    case 'weekly':
      return (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Day">
            <Select
              value={String(draft.dayOfWeek)}
              options={days}
              onChange={(day) => onChange({ dayOfWeek: Number(day) })}
            />
          </Field>
          <TimeField draft={draft} error={errors['time']} onChange={onChange} />
        </div>
      );
    case 'cron':
      return (
        <Field
          label="Cron expression"
          error={errors['cron']}
          help={`Minute, hour, day, month, day of the week (1 = Monday). This one: ${cronWords(draft.cron)}`}
        >
          <Input
            value={draft.cron}
            onChange={(event) => onChange({ cron: event.target.value })}
            dir="ltr"
            spellCheck={false}
            autoCapitalize="none"
            className="font-mono"
          />
        </Field>
      );
    default:
      return draft.frequency satisfies never;
  }
}

interface TimeFieldProps {
  readonly draft: ScheduleDraft;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<ScheduleDraft>) => void;
}

function TimeField({ draft, error, onChange }: TimeFieldProps) {
  return (
    <Field label="Time" error={error}>
      <Input
        type="time"
        dir="ltr"
        value={draft.time}
        onChange={(event) => onChange({ time: event.target.value })}
        className="max-w-36"
      />
    </Field>
  );
}

function AfterField({
  draft,
  error,
  onChange,
  pipelineId,
}: TimeFieldProps & { readonly pipelineId: string }) {
  const { data } = useApi(listPipelines, { query: { limit: 500 } });
  const others = (data?.items ?? []).filter((each) => each.id !== pipelineId);
  return (
    <Field label="After" error={error} help="It runs whenever that pipeline has succeeded.">
      <Select
        value={draft.afterPipelineId}
        placeholder={data && others.length === 0 ? 'There is no other pipeline' : 'Choose a pipeline'}
        options={others.map((each) => ({ value: each.id, label: each.name }))}
        onChange={(id) => onChange({ afterPipelineId: id })}
      />
    </Field>
  );
}

/** Every timezone that the browser knows; the organization's and the chosen one first, whatever they are called. */
function timezones(
  chosen: string,
  home: string,
): readonly { readonly value: string; readonly label: string }[] {
  const names = new Set([home, chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [...names].map((name) => ({ value: name, label: name.replaceAll('_', ' ') }));
}
