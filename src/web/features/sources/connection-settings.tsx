'use client';

import { useMemo, useState } from 'react';
import type { EndpointResponse } from '#contracts/endpoint';
import {
  listSourceTypes,
  testSource,
  updateSource,
  type Source,
  type SourceStream,
  type SourceTypeInfo,
} from '#contracts/sources';
import { call, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, ErrorState, Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { choicesOfConfig, choicesToConfig } from './column-choice.ts';
import { StreamColumns } from './stream-columns.tsx';
import {
  specErrors,
  specFields,
  toConfig,
  valuesOfConfig,
  withKeptSecrets,
  withSetting,
} from './spec-fields.ts';
import { SpecForm } from './spec-form.tsx';
import { TestVerdict } from './test-verdict.tsx';

interface ConnectionSettingsProps {
  readonly source: Source;
  readonly onChanged: () => void;
}

/** How a service is reached and what of it is loaded; counts from the next sync on. */
export function ConnectionSettings({ source, onChanged }: ConnectionSettingsProps) {
  const { data, error, mutate } = useApi(listSourceTypes, {});
  const kind = data?.items.find((one) => one.type === source.type);
  if (error !== undefined) {
    return <ErrorState title="The settings could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!kind) return <Skeleton className="h-40" />;
  // Another saved configuration is another form.
  return (
    <ConnectionForm key={JSON.stringify(source.config)} source={source} kind={kind} onChanged={onChanged} />
  );
}

function ConnectionForm({
  source,
  kind,
  onChanged,
}: ConnectionSettingsProps & { readonly kind: SourceTypeInfo }) {
  const fields = useMemo(() => withKeptSecrets(specFields(kind.spec)), [kind]);
  const [values, setValues] = useState(() => valuesOfConfig(fields, source.config));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<'test' | 'save'>();
  const [verdict, setVerdict] = useState<EndpointResponse<typeof testSource>>();
  const [streams, setStreams] = useState<readonly SourceStream[]>();
  const [columns, setColumns] = useState(() => choicesOfConfig(source.config));
  const [looked, setLooked] = useState('');

  async function attempt(what: 'test' | 'save') {
    const found = specErrors(fields, values);
    setErrors(found);
    setFailure(undefined);
    setVerdict(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(what);
    try {
      const config = toConfig(fields, values);
      if (what === 'test') {
        const answer = await call(testSource, { body: { type: source.type, config, source_id: source.id } });
        setVerdict(answer);
        if (answer.streams) setStreams(answer.streams);
      } else {
        await call(updateSource, {
          params: { id: source.id },
          body: { config: { ...config, ...choicesToConfig(columns) } },
        });
        toast.success('Saved. It counts from the next sync on.');
        onChanged();
      }
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(undefined);
    }
  }

  const picker = fields.find((field) => field.kind === 'streams');
  const picked = picker ? values[picker.name] : undefined;
  const offered = (streams ?? []).filter(
    ({ name }) => !Array.isArray(picked) || picked.length === 0 || picked.includes(name),
  );
  const open = offered.find(({ name }) => name === looked) ?? offered[0];

  return (
    <Card className="p-4">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt('save');
        }}
      >
        <h2 className="font-semibold">Connection</h2>
        <FormProblem error={failure} />
        <SpecForm fields={fields} values={values} errors={errors} onChange={setValues} streams={streams} />
        {verdict ? <TestVerdict verdict={verdict} /> : null}
        {streams && streams.length > 0 ? (
          <section aria-label="Columns" className="flex flex-col gap-3">
            <Field label="Columns of">
              <Select
                value={open?.name ?? ''}
                options={offered.map((stream) => ({ value: stream.name, label: stream.title }))}
                onChange={setLooked}
              />
            </Field>
            {open ? (
              <StreamColumns
                request={{ type: source.type, config: toConfig(fields, values), source_id: source.id }}
                stream={open}
                choice={columns[open.name] ?? {}}
                onChange={(choice) => setColumns({ ...columns, [open.name]: choice })}
                onFinding={({ setting, value }) => setValues(withSetting(fields, values, setting, value))}
                onOther={(setting, value) => setValues(withSetting(fields, values, setting, value))}
              />
            ) : null}
          </section>
        ) : (
          <p className="text-sm text-muted">Press Test to see the first rows and choose columns.</p>
        )}
        <div className="flex justify-end gap-2">
          <Button isBusy={busy === 'test'} disabled={busy !== undefined} onClick={() => void attempt('test')}>
            Test
          </Button>
          <Button type="submit" variant="primary" isBusy={busy === 'save'} disabled={busy !== undefined}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  );
}
