'use client';

import { CircleAlert, Lightbulb, Plug, Shuffle } from 'lucide-react';
import { useId, useState, type SubmitEvent } from 'react';
import { getGraph } from '#contracts/graph';
import {
  createPipeline,
  getPipeline,
  listPipelines,
  updatePipeline,
  type OnFailure,
  type Pipeline,
} from '#contracts/pipelines';
import { listSources } from '#contracts/sources';
import { listTransformations } from '#contracts/transformations';
import { ApiError } from '../../api-error.ts';
import { call, refetch, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { missingDependencies, withDependencies, type Contents } from './dependencies.ts';
import { PickList } from './pick-list.tsx';

const all = { query: { limit: 500 } } as const;

interface PipelineDialogProps {
  /** The pipeline to change; a new one when absent. */
  readonly pipeline?: Pipeline;
  readonly onClose: () => void;
  readonly onDone: (pipeline: Pipeline) => void;
}

/** Name and contents of a pipeline. In which order they run is worked out, never typed. */
export function PipelineDialog({ pipeline, onClose, onDone }: PipelineDialogProps) {
  const formId = useId();
  const [name, setName] = useState(pipeline?.name ?? '');
  const [contents, setContents] = useState<Contents>({
    sourceIds: pipeline?.source_ids ?? [],
    transformationIds: pipeline?.transformation_ids ?? [],
  });
  const [onFailure, setOnFailure] = useState<OnFailure>(pipeline?.on_failure ?? 'continue');
  const [problem, setProblem] = useState<unknown>();
  const [nameError, setNameError] = useState<string>();
  const [contentsError, setContentsError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const isEmpty = contents.sourceIds.length + contents.transformationIds.length === 0;

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setProblem(undefined);
    if (name.trim() === '') {
      setNameError('Give it a name');
      document.getElementsByName('pipeline-name')[0]?.focus();
      return;
    }
    if (isEmpty) {
      setContentsError('Choose at least one source or transformation');
      return;
    }
    setBusy(true);
    try {
      const body = {
        name: name.trim(),
        source_ids: [...contents.sourceIds],
        transformation_ids: [...contents.transformationIds],
        on_failure: onFailure,
      };
      const saved = pipeline
        ? await call(updatePipeline, { params: { id: pipeline.id }, body })
        : await call(createPipeline, { body });
      await refetch(listPipelines, getPipeline, getGraph);
      onDone(saved);
    } catch (error) {
      const message = error instanceof ApiError ? error.field('name') : undefined;
      setNameError(message);
      if (message === undefined) setProblem(error);
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={pipeline ? 'Edit pipeline' : 'New pipeline'}
      description="A pipeline brings sources up to date and then runs what is made from them, in the right order."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" isBusy={isBusy}>
            {pipeline ? 'Save' : 'Create pipeline'}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <FormProblem error={problem} />
        <Field label="Name" error={nameError}>
          <Input
            name="pipeline-name"
            value={name}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus anyway; here is where one begins
            autoFocus
            maxLength={200}
            placeholder="For instance: Every morning"
            onChange={(event) => {
              setName(event.target.value);
              setNameError(undefined);
            }}
          />
        </Field>
        <ContentsPicker
          contents={contents}
          onChange={(next) => {
            setContents(next);
            setContentsError(undefined);
          }}
        />
        <Field label="When a step fails">
          <Select
            value={onFailure}
            options={[
              { value: 'continue', label: 'Go on with what does not need it' },
              { value: 'stop', label: 'Begin nothing more' },
            ]}
            onChange={setOnFailure}
          />
        </Field>
        <div role="alert">
          {contentsError === undefined ? null : (
            <p className="flex items-center gap-1 text-sm text-danger">
              <CircleAlert aria-hidden className="size-4 shrink-0" />
              {contentsError}
            </p>
          )}
        </div>
      </form>
    </Dialog>
  );
}

interface ContentsPickerProps {
  readonly contents: Contents;
  readonly onChange: (contents: Contents) => void;
}

function ContentsPicker({ contents, onChange }: ContentsPickerProps) {
  const format = useFormat();
  const sources = useApi(listSources, all);
  const transformations = useApi(listTransformations, all);
  const error = sources.error ?? transformations.error;
  if (error && (!sources.data || !transformations.data)) {
    return (
      <ErrorState
        error={error}
        title="What a pipeline can run could not be read"
        onRetry={() => void Promise.all([sources.mutate(), transformations.mutate()])}
      />
    );
  }
  if (!sources.data || !transformations.data) return <SkeletonRows rows={4} />;
  const catalogue = { sources: sources.data.items, transformations: transformations.data.items };
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <PickList
          label="Sources"
          icon={<Plug aria-hidden className="size-4 text-muted" />}
          items={sources.data.items.map((one) => ({
            id: one.id,
            name: one.name,
            help: format.count(one.row_count, ['row', 'rows']),
          }))}
          chosen={contents.sourceIds}
          onChange={(sourceIds) => onChange({ ...contents, sourceIds })}
          empty="There are no sources yet."
        />
        <PickList
          label="Transformations"
          icon={<Shuffle aria-hidden className="size-4 text-muted" />}
          items={transformations.data.items.map((one) => ({ id: one.id, name: one.name }))}
          chosen={contents.transformationIds}
          onChange={(transformationIds) => onChange({ ...contents, transformationIds })}
          empty="There are no transformations yet. A pipeline of sources alone keeps their tables up to date."
        />
      </div>
      <DependencyHint
        missing={missingDependencies(catalogue, contents)}
        onAdd={() => onChange(withDependencies(catalogue, contents))}
      />
    </>
  );
}

interface DependencyHintProps {
  readonly missing: ReturnType<typeof missingDependencies>;
  readonly onAdd: () => void;
}

/** What the chosen transformations are made from and would stay as it is. */
function DependencyHint({ missing, onAdd }: DependencyHintProps) {
  const names = [...missing.sources, ...missing.transformations].map((one) => one.name);
  return (
    <div role="status">
      {names.length === 0 ? null : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warning-soft px-3 py-2">
          <Lightbulb aria-hidden className="size-4 shrink-0 text-warning" />
          <p className="min-w-48 flex-1">
            What you chose is made from <bdi className="font-medium">{words(names)}</bdi>. Without{' '}
            {names.length === 1 ? 'it' : 'them'} the pipeline works on data that may be old.
          </p>
          <Button size="sm" onClick={onAdd}>
            {names.length === 1 ? 'Add it' : `Add all ${names.length}`}
          </Button>
        </div>
      )}
    </div>
  );
}

function words(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(shown);
}
