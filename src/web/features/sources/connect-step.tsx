'use client';

import { useMemo, useState } from 'react';
import type { EndpointResponse } from '#contracts/endpoint';
import {
  createSource,
  listSources,
  sourceType,
  syncSource,
  testSource,
  type SourceStream,
  type SourceTypeInfo,
} from '#contracts/sources';
import { call, refetch } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import type { WatchedLoad } from './loads.ts';
import { RecordPreview } from './record-preview.tsx';
import { initialValues, specErrors, specFields, toConfig } from './spec-fields.ts';
import { SpecForm } from './spec-form.tsx';
import { TestVerdict } from './test-verdict.tsx';

interface ConnectStepProps {
  readonly kind: SourceTypeInfo;
  readonly onCreated: (load: WatchedLoad) => void;
}

/** Connects what is no file: the form of its spec, a test in words, then the first load. */
export function ConnectStep({ kind, onCreated }: ConnectStepProps) {
  const fields = useMemo(() => specFields(kind.spec), [kind]);
  const [name, setName] = useState(kind.title);
  const [values, setValues] = useState(() => initialValues(fields));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState<'test' | 'create'>();
  const [verdict, setVerdict] = useState<EndpointResponse<typeof testSource>>();
  const [streams, setStreams] = useState<readonly SourceStream[]>();

  /** @param preview stream to show the first rows of. */
  async function attempt(what: 'test' | 'create', preview?: string) {
    const found = specErrors(fields, values);
    setErrors(found);
    setVerdict(undefined);
    setFailure(undefined);
    const type = sourceType.safeParse(kind.type);
    if (Object.keys(found).length > 0 || !type.success) return;
    setBusy(what);
    try {
      const body = { type: type.data, config: toConfig(fields, values) };
      if (what === 'test') {
        const answer = await call(testSource, { body: { ...body, ...(preview ? { preview } : {}) } });
        setVerdict(answer);
        if (answer.streams) setStreams(answer.streams);
      } else {
        const source = await call(createSource, { body: { ...body, name: name.trim() } });
        void refetch(listSources);
        const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
        onCreated({ sourceId: source.id, runId, name: source.name });
      }
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(undefined);
    }
  }

  const chosen = fields.find((field) => field.kind === 'streams');
  const chosenNames = chosen ? values[chosen.name] : undefined;
  const isChosen = (stream: SourceStream) => Array.isArray(chosenNames) && chosenNames.includes(stream.name);
  const previewed = streams?.find(isChosen) ?? streams?.[0];

  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt('create');
      }}
    >
      <FormProblem error={failure} />
      <Field label="Name of the source">
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      </Field>
      <SpecForm fields={fields} values={values} errors={errors} onChange={setValues} streams={streams} />
      {verdict ? <TestVerdict verdict={verdict} /> : null}
      {verdict?.preview ? <RecordPreview preview={verdict.preview} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        {previewed && streams && streams.length > 1 ? (
          <Button
            className="me-auto"
            variant="ghost"
            disabled={busy !== undefined}
            onClick={() => void attempt('test', previewed.name)}
          >
            Show first rows of <bdi className="max-w-48 truncate">{previewed.title}</bdi>
          </Button>
        ) : null}
        <Button isBusy={busy === 'test'} disabled={busy !== undefined} onClick={() => void attempt('test')}>
          Test
        </Button>
        <Button
          type="submit"
          variant="primary"
          isBusy={busy === 'create'}
          disabled={busy !== undefined || name.trim() === ''}
        >
          Connect and load
        </Button>
      </div>
    </form>
  );
}
