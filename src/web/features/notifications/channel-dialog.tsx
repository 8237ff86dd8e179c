'use client';

import { useState } from 'react';
import {
  createNotificationChannel,
  updateNotificationChannel,
  type ChannelKind,
  type NotificationChannel,
  type NotificationKind,
} from '#contracts/notifications';
import { listPipelines } from '#contracts/pipelines';
import { call, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { toast } from '../../ui/toast.tsx';
import { fieldErrors } from '../../use-endpoint-form.ts';
import { kindWords } from './kind-words.ts';

export const channelNames: Record<ChannelKind, string> = {
  slack: 'Slack',
  discord: 'Discord',
  webhook: 'Webhook',
};

const whereToFind: Record<ChannelKind, string> = {
  slack:
    'In Slack: Apps → Incoming WebHooks → Add to a channel. Mattermost and Rocket.Chat understand the same.',
  discord: 'In Discord: Edit channel → Integrations → Webhooks → Copy webhook URL.',
  webhook: 'Gets JSON by POST, signed as standardwebhooks.com describes.',
};

interface ChannelDialogProps {
  /** undefined: a new one. */
  readonly channel: NotificationChannel | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function ChannelDialog({ channel, onClose, onSaved }: ChannelDialogProps) {
  const { data: pipelines } = useApi(listPipelines, { query: { limit: 500 } });
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'slack');
  const [name, setName] = useState(channel?.name ?? '');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState<readonly NotificationKind[]>(
    channel?.kinds ?? ['failure', 'recovery', 'first_success', 'late', 'did_not_run', 'data_test'],
  );
  const [pipelineIds, setPipelineIds] = useState<readonly string[] | null>(channel?.pipeline_ids ?? null);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [secret, setSecret] = useState<string>();

  async function save() {
    setBusy(true);
    setErrors({});
    setFailure(undefined);
    const common = {
      name: name.trim(),
      kinds: [...kinds],
      pipeline_ids: pipelineIds === null ? null : [...pipelineIds],
    };
    try {
      if (channel !== undefined) {
        await call(updateNotificationChannel, {
          params: { id: channel.id },
          body: { ...common, ...(url.trim() === '' ? {} : { url: url.trim() }) },
        });
        onSaved();
        onClose();
        return;
      }
      const created = await call(createNotificationChannel, { body: { ...common, kind, url: url.trim() } });
      onSaved();
      if (created.secret === null) onClose();
      else setSecret(created.secret);
    } catch (error) {
      const atFields = fieldErrors(error, ['name', 'url']);
      setErrors(atFields);
      if (Object.keys(atFields).length === 0) setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  if (secret !== undefined) return <SecretDialog secret={secret} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={channel === undefined ? 'Add a channel' : `Change ${channel.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isBusy={isBusy}
            disabled={name.trim() === '' || (channel === undefined && url.trim() === '')}
            onClick={() => void save()}
          >
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FormProblem error={failure} />
        {channel === undefined ? (
          <RadioGroup
            label="Where"
            isHorizontal
            value={kind}
            onChange={setKind}
            options={[
              { value: 'slack', label: channelNames.slack },
              { value: 'discord', label: channelNames.discord },
              { value: 'webhook', label: channelNames.webhook },
            ]}
          />
        ) : null}
        <Field label="Name" error={errors['name']} help="For instance the name of the room">
          <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label={channel === undefined ? 'Webhook address' : 'New webhook address'}
          isOptional={channel !== undefined}
          error={errors['url']}
          help={
            channel === undefined ? whereToFind[kind] : `Now at ${channel.url_host}; the rest is not shown.`
          }
        >
          <Input
            type="url"
            dir="ltr"
            value={url}
            spellCheck={false}
            placeholder="https://"
            onChange={(event) => setUrl(event.target.value)}
          />
        </Field>
        <fieldset>
          <legend className="text-sm font-medium">It hears when</legend>
          {kindWords.map(({ kind: one, label, help }) => (
            <Checkbox
              key={one}
              checked={kinds.includes(one)}
              label={label}
              help={help}
              onChange={(isOn) => setKinds(isOn ? [...kinds, one] : kinds.filter((each) => each !== one))}
            />
          ))}
        </fieldset>
        <fieldset>
          <legend className="text-sm font-medium">Of which pipelines</legend>
          <Checkbox
            checked={pipelineIds === null}
            label="All, also new ones"
            onChange={(isAll) => setPipelineIds(isAll ? null : [])}
          />
          {pipelineIds === null
            ? null
            : pipelines?.items.map((pipeline) => (
                <Checkbox
                  key={pipeline.id}
                  className="ps-6"
                  checked={pipelineIds.includes(pipeline.id)}
                  label={<bdi>{pipeline.name}</bdi>}
                  onChange={(isOn) =>
                    setPipelineIds(
                      isOn ? [...pipelineIds, pipeline.id] : pipelineIds.filter((id) => id !== pipeline.id),
                    )
                  }
                />
              ))}
        </fieldset>
      </div>
    </Dialog>
  );
}

function SecretDialog({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title="The key of the signature"
      footer={
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <Field
        label="Signing key"
        help="Your program verifies with it that a message is from here. It is shown only now."
      >
        <div className="flex gap-2">
          <Input readOnly dir="ltr" value={secret} className="font-mono" />
          <Button
            onClick={() =>
              void navigator.clipboard.writeText(secret).then(
                () => toast.success('Copied'),
                () => toast.warning('Copy it by hand: the browser did not allow it'),
              )
            }
          >
            Copy
          </Button>
        </div>
      </Field>
    </Dialog>
  );
}
