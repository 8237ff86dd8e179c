'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { listPipelines } from '#contracts/pipelines';
import {
  createWebhookKey,
  deleteWebhookKey,
  listWebhookKeys,
  type WebhookKey,
  type WebhookPurpose,
} from '#contracts/webhooks';
import { call, useApi } from '../../api.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';

/** Keys with which other programs tell us of their runs, or run a pipeline. */
export function WebhookSettings() {
  const { data, error, mutate } = useApi(listWebhookKeys, {});
  const { data: pipelines } = useApi(listPipelines, { query: { limit: 500 } });
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<WebhookKey>();
  const [isBusy, setBusy] = useState(false);
  if (!data && error !== undefined) {
    return <ErrorState title="The keys could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={3} />;
  const nameOf = (id: string) => pipelines?.items.find((each) => each.id === id)?.name ?? 'a pipeline';

  async function remove(key: WebhookKey) {
    setBusy(true);
    try {
      await call(deleteWebhookKey, { params: { id: key.id } });
    } catch (failure) {
      toast.problem(failure, 'The key could not be taken back');
    }
    setBusy(false);
    setLeaving(undefined);
    await mutate();
  }

  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <p className="min-w-0 flex-1 text-muted">
          Another program can run a pipeline when new data is there, or report its own jobs, so that you hear
          when one fails.
        </p>
        <Button
          variant="primary"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => setAdding(true)}
        >
          New key
        </Button>
      </div>
      {data.items.length === 0 ? (
        <Card className="p-4 text-muted">No other program has a key.</Card>
      ) : (
        <Table
          label="Webhook keys"
          head={[
            { title: 'Name' },
            { title: 'May' },
            { title: 'Last used' },
            { title: 'Actions', isHidden: true },
          ]}
        >
          {data.items.map((key) => (
            <tr key={key.id}>
              <Cell>
                <bdi className="font-medium wrap-anywhere">{key.name}</bdi>
                <p className="font-mono text-xs wrap-anywhere text-muted">POST {key.path}</p>
              </Cell>
              <Cell>
                {key.pipeline_id === null ? (
                  'report runs'
                ) : (
                  <>
                    run <bdi>“{nameOf(key.pipeline_id)}”</bdi>
                  </>
                )}
              </Cell>
              <Cell className="whitespace-nowrap text-muted">
                {key.last_used_at === null ? 'never' : <RelativeTime value={key.last_used_at} />}
              </Cell>
              <Cell>
                <IconButton
                  size="sm"
                  label={`Take ${key.name} back`}
                  icon={<Trash2 aria-hidden className="size-4" />}
                  onClick={() => setLeaving(key)}
                />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      {isAdding ? (
        <NewKeyDialog
          pipelines={pipelines?.items ?? []}
          onClose={() => setAdding(false)}
          onMade={() => void mutate()}
        />
      ) : null}
      <ConfirmDialog
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => (leaving ? void remove(leaving) : undefined)}
        title={`Take the key ${leaving?.name ?? ''} back?`}
        confirmLabel="Take back"
        isDangerous
        isBusy={isBusy}
      >
        The program that uses it is refused at once.
      </ConfirmDialog>
    </div>
  );
}

interface NewKeyDialogProps {
  readonly pipelines: readonly { readonly id: string; readonly name: string }[];
  readonly onClose: () => void;
  readonly onMade: () => void;
}

function NewKeyDialog({ pipelines, onClose, onMade }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<WebhookPurpose>('run');
  const [pipelineId, setPipelineId] = useState(pipelines[0]?.id ?? '');
  const [made, setMade] = useState<{ readonly key: WebhookKey; readonly token: string }>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [address] = useState(() => window.location.origin);

  async function make() {
    setBusy(true);
    setFailure(undefined);
    try {
      const body = { name: name.trim(), purpose, ...(purpose === 'run' ? { pipeline_id: pipelineId } : {}) };
      setMade(await call(createWebhookKey, { body }));
      onMade();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  if (made !== undefined) {
    const { key, token } = made;
    const command = `curl -X POST -H 'Authorization: Bearer ${token}'`;
    const report = '{"job":"nightly export","run_id":"42","status":"failed","message":"Disk full"}';
    return (
      <SecretDialog
        title="The key is made"
        secret={token}
        example={
          key.purpose === 'run'
            ? `${command} ${address}${key.path}`
            : `${command} -H 'Content-Type: application/json' -d '${report}' ${address}${key.path}`
        }
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title="New webhook key"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={isBusy}
            disabled={name.trim() === '' || (purpose === 'run' && pipelineId === '')}
            onClick={() => void make()}
          >
            Make key
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FormProblem error={failure} />
        <Field label="Name" help="The program that will use it">
          <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        <RadioGroup
          label="The program may"
          value={purpose}
          onChange={setPurpose}
          options={[
            { value: 'run', label: 'Run a pipeline', help: 'For instance when new data has arrived' },
            {
              value: 'report',
              label: 'Report runs of its own jobs',
              help: 'You hear when one of them fails',
            },
          ]}
        />
        {purpose === 'run' ? (
          <Field label="Pipeline">
            <Select
              value={pipelineId}
              options={pipelines.map((each) => ({ value: each.id, label: each.name }))}
              placeholder="Choose a pipeline"
              onChange={setPipelineId}
            />
          </Field>
        ) : null}
      </div>
    </Dialog>
  );
}
