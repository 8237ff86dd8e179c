'use client';

import { ArrowLeft } from 'lucide-react';
import { addFile } from '#contracts/file-additions';
import { useId, useState } from 'react';
import { createSource, listSources, syncSource, type SourceTypeInfo } from '#contracts/sources';
import { call, refetch } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.tsx';
import { CheckStep } from './check-step.tsx';
import { ConnectStep, type ServicePhase } from './connect-step.tsx';
import { FileStep } from './file-step.tsx';
import { FileTabs } from './file-tabs.tsx';
import { draftProblem, sourceOptions, type FileDraft, sourceTypeOf } from './file-draft.ts';
import { KindStep } from './kind-step.tsx';
import { LoadProgress } from './load-progress.tsx';
import { watchLoad, type WatchedLoad } from './loads.ts';
import { useUploads } from './use-uploads.ts';

interface AddSourceDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Files that were dropped on the page: their upload begins at once. */
  readonly files?: readonly File[];
}

type Step = 'kind' | 'connect' | 'check' | 'loading';

const stepTitles: Record<Step, string> = {
  kind: 'Add a source',
  connect: 'Add a source',
  check: 'Check the data',
  loading: 'Loading',
};

/** From "which kind" to a load under way, in one window that loses nothing of what was typed. */
export function AddSourceDialog({ isOpen, onClose, files }: AddSourceDialogProps) {
  const [step, setStep] = useState<Step>(files && files.length > 0 ? 'connect' : 'kind');
  const [kind, setKind] = useState<SourceTypeInfo>();
  const [phase, setPhase] = useState<ServicePhase>('connect');
  const serviceForm = useId();
  const [service, setService] = useState({ isBusy: false, isReady: true });
  const { uploads, add, remove, setDraft } = useUploads(files);
  const [current, setCurrent] = useState<string>();
  const [loads, setLoads] = useState<readonly WatchedLoad[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const ready = uploads.flatMap((upload) => (upload.state === 'ready' ? [upload] : []));
  const open = ready.find((upload) => upload.key === current) ?? ready[0];
  const isSending = uploads.some((upload) => upload.state === 'sending');
  const problem = ready.map((upload) => draftProblem(upload.draft)).find((one) => one !== undefined);
  const isChoosing = step === 'connect' && phase === 'choose' && kind !== undefined;
  const isFile = kind === undefined || kind.category === 'file';

  const { requestClose, question } = useLeaveGuard(
    (uploads.length > 0 || isChoosing) && step !== 'loading',
    onClose,
    isChoosing ? 'The source is not saved yet.' : 'The files and your corrections are not saved yet.',
  );
  function pickKind(picked: SourceTypeInfo | undefined) {
    setKind(picked);
    setPhase('connect');
    setStep('connect');
  }

  async function load() {
    setBusy(true);
    setFailure(undefined);
    try {
      for (const upload of ready) {
        const started = await createAndSync(upload.draft);
        watchLoad(started);
        setLoads((old) => [...old, started]);
        // What is created must not be created again when a later file fails.
        remove(upload.key);
      }
      setStep('loading');
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
      void refetch(listSources);
    }
  }

  return (
    <Dialog
      isOpen={isOpen}
      onClose={requestClose}
      isSticky={uploads.length > 0 || (step === 'connect' && !isFile)}
      title={step === 'connect' && kind ? kind.title : stepTitles[step]}
      description={step === 'kind' ? 'Where does the data come from?' : undefined}
      size={step === 'check' || isChoosing ? 'full' : step === 'connect' && !isFile ? 'lg' : 'md'}
      footer={
        step === 'kind' ? undefined : (
          <>
            {step === 'check' || (step === 'connect' && kind) ? (
              <Button
                className="me-auto"
                variant="ghost"
                icon={<ArrowLeft aria-hidden className="size-4 rtl:rotate-180" />}
                onClick={() => {
                  if (isChoosing) setPhase('connect');
                  else setStep(step === 'check' ? 'connect' : 'kind');
                }}
              >
                Back
              </Button>
            ) : null}
            {step === 'check' && problem ? <p className="text-sm text-danger">{problem}</p> : null}
            {step === 'connect' && isFile ? (
              <Button
                variant="primary"
                disabled={ready.length === 0 || isSending}
                onClick={() => setStep('check')}
              >
                {isSending ? 'Sending…' : 'Check the data'}
              </Button>
            ) : null}
            {step === 'connect' && !isFile ? (
              <Button
                type="submit"
                form={serviceForm}
                variant="primary"
                isBusy={service.isBusy}
                disabled={service.isBusy || !service.isReady}
              >
                {isChoosing ? 'Load' : 'Connect'}
              </Button>
            ) : null}
            {step === 'check' ? (
              <Button
                variant="primary"
                isBusy={isBusy}
                disabled={ready.length === 0 || problem !== undefined}
                onClick={() => void load()}
              >
                {ready.length > 1 ? `Load ${ready.length} files` : 'Load'}
              </Button>
            ) : null}
            {step === 'loading' ? (
              <>
                <p className="me-auto text-sm text-muted">
                  You may close this window; you are told when loading is done.
                </p>
                <Button variant="primary" onClick={onClose}>
                  Close
                </Button>
              </>
            ) : null}
          </>
        )
      }
    >
      {step === 'kind' ? (
        <div className="flex flex-col gap-5">
          <FileStep
            uploads={uploads}
            onFiles={(chosen) => {
              add(chosen);
              pickKind(undefined);
            }}
            onRemove={remove}
          />
          <KindStep onPick={pickKind} />
        </div>
      ) : null}
      {step === 'connect' && isFile ? <FileStep uploads={uploads} onFiles={add} onRemove={remove} /> : null}
      {step === 'connect' && !isFile ? (
        <ConnectStep
          key={kind.type}
          kind={kind}
          phase={phase}
          onPhase={setPhase}
          formId={serviceForm}
          onState={setService}
          onCreated={(started) => {
            watchLoad(started);
            setLoads([started]);
            setStep('loading');
          }}
        />
      ) : null}
      {step === 'check' ? (
        <div className="flex flex-1 flex-col gap-3 lg:min-h-0">
          <FormProblem error={failure} />
          {ready.length > 1 && open ? (
            <FileTabs
              files={ready.map(({ key, draft }) => ({
                key,
                name: draft.name,
                hasProblem: draftProblem(draft) !== undefined,
              }))}
              current={open.key}
              onChange={setCurrent}
            />
          ) : null}
          {open ? (
            <div className="flex flex-1 flex-col lg:min-h-0">
              <CheckStep
                key={open.key}
                draft={open.draft}
                onChange={(change) => setDraft(open.key, change)}
              />
            </div>
          ) : null}
        </div>
      ) : null}
      {step === 'loading' ? (
        <div className="flex flex-col gap-3">
          {loads.map((one) => (
            <LoadProgress key={one.runId} {...one} />
          ))}
        </div>
      ) : null}
      {question}
    </Dialog>
  );
}

async function createAndSync(draft: FileDraft): Promise<WatchedLoad> {
  if (draft.target) {
    const { sourceId, mode, key, mapping } = draft.target;
    const params = { id: sourceId };
    const added = { upload_id: draft.upload.id, options: sourceOptions(draft), mode, mapping };
    const { name } = await call(addFile, {
      params,
      body: { ...added, key: mode === 'merge' ? [...key] : [] },
    });
    const { run_id: runId } = await call(syncSource, { params });
    return { sourceId, runId, name };
  }
  const source = await call(createSource, {
    body: {
      name: draft.name.trim(),
      type: sourceTypeOf(draft.upload.format),
      config: { upload_id: draft.upload.id, options: sourceOptions(draft) },
    },
  });
  const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
  return { sourceId: source.id, runId, name: source.name };
}
