'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
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
import { ApiError } from '../../api-error.ts';
import { call, refetch } from '../../api.ts';
import { FormProblem } from '../../ui/form-problem.tsx';
import { ChooseStep } from './choose-step.tsx';
import { choicesToConfig, type ColumnChoices } from './column-choice.ts';
import type { WatchedLoad } from './loads.ts';
import { initialValues, specErrors, specFields, toConfig, withSetting } from './spec-fields.ts';
import { SpecForm } from './spec-form.tsx';
import { TestVerdict } from './test-verdict.tsx';

export type ServicePhase = 'connect' | 'choose';

interface ConnectStepProps {
  readonly kind: SourceTypeInfo;
  readonly phase: ServicePhase;
  readonly onPhase: (phase: ServicePhase) => void;
  /** Of the form, for the button of the window. */
  readonly formId: string;
  readonly onState: (state: { readonly isBusy: boolean; readonly isReady: boolean }) => void;
  readonly onCreated: (load: WatchedLoad) => void;
}

/** Connects what is no file: first how it is reached, tried at once; then what of it is loaded, with its first rows. */
export function ConnectStep({ kind, phase, onPhase, formId, onState, onCreated }: ConnectStepProps) {
  const fields = useMemo(() => specFields(kind.spec), [kind]);
  const type = sourceType.parse(kind.type);
  const [name, setName] = useState(kind.title);
  const [values, setValues] = useState(() => initialValues(fields));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<EndpointResponse<typeof testSource>>();
  const [streams, setStreams] = useState<readonly SourceStream[]>([]);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [columns, setColumns] = useState<ColumnChoices>({});

  const connecting = fields.filter(({ step }) => step === 'connect');
  const loading = fields.filter(({ step, kind: one }) => step === 'load' && one !== 'streams');
  const picker = fields.find((field) => field.kind === 'streams');

  function refuse(problem: unknown) {
    if (problem instanceof ApiError) setErrors(fieldErrors(problem.fields));
    setFailure(problem);
  }

  async function connect() {
    const found = specErrors(connecting, values);
    setErrors(found);
    setVerdict(undefined);
    setFailure(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const config = toConfig(connecting, values);
      const answer = await call(testSource, { body: { type, config } });
      if (!answer.ok) {
        setVerdict(answer);
        setErrors(fieldErrors(answer.errors ?? []));
        return;
      }
      const offered = answer.streams ?? [];
      const [only] = offered;
      // What there is says more than the kind of service.
      if (name === kind.title && offered.length === 1 && only) setName(only.title);
      setStreams(offered);
      // What was chosen before a step back stays chosen.
      const kept = chosen.filter((one) => offered.some((stream) => stream.name === one));
      setChosen(kept.length === 0 && offered.length <= 3 ? offered.map((stream) => stream.name) : kept);
      onPhase('choose');
    } catch (problem) {
      refuse(problem);
    } finally {
      setBusy(false);
    }
  }

  async function load() {
    const found = specErrors(fields, values);
    setErrors(found);
    setFailure(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const areAll = chosen.length === streams.length;
      const config = {
        ...toConfig(fields, values),
        ...(picker && !areAll ? { [picker.name]: chosen } : {}),
        ...choicesToConfig(columns),
      };
      const source = await call(createSource, { body: { type, name: name.trim(), config } });
      void refetch(listSources);
      const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
      onCreated({ sourceId: source.id, runId, name: source.name });
    } catch (problem) {
      refuse(problem);
    } finally {
      setBusy(false);
    }
  }

  const isChoosing = phase === 'choose';
  const isReady = !isChoosing || (name.trim() !== '' && chosen.length > 0);
  const tell = useRef(onState);
  useEffect(() => {
    tell.current = onState;
  });
  useEffect(() => tell.current({ isBusy, isReady }), [isBusy, isReady]);
  return (
    <form
      id={formId}
      noValidate
      className="flex flex-1 flex-col gap-4 lg:min-h-0"
      onSubmit={(event) => {
        event.preventDefault();
        void (isChoosing ? load() : connect());
      }}
    >
      <FormProblem error={failure} />
      {isChoosing ? (
        <ChooseStep
          name={name}
          onName={setName}
          streams={streams}
          chosen={chosen}
          onChosen={setChosen}
          request={{ type, config: toConfig(fields, values) }}
          columns={columns}
          onColumns={setColumns}
          fields={loading}
          values={values}
          errors={errors}
          onValues={(changed) => setValues({ ...values, ...changed })}
          onOther={(setting, value) => {
            setValues(withSetting(fields, values, setting, value));
            // Those of other rows.
            setColumns({});
          }}
          onFinding={({ setting, value }) => {
            setValues(withSetting(fields, values, setting, value));
            onPhase('connect');
          }}
        />
      ) : (
        <>
          <SpecForm fields={connecting} values={values} errors={errors} onChange={setValues} />
          {verdict ? <TestVerdict verdict={verdict} /> : null}
        </>
      )}
    </form>
  );
}

/** Messages at their fields, whose paths begin with the configuration in requests. */
function fieldErrors(
  problems: readonly { readonly path: string; readonly message: string }[],
): Record<string, string> {
  return Object.fromEntries(
    problems.map(({ path, message }) => [path.replace(/^(body\.)?config\./, ''), message]),
  );
}
