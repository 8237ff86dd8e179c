'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import {
  createApiKey,
  deleteApiKey,
  listApiKeys,
  newApiKey,
  type ApiKey,
  type ApiKeyKind,
  type ApiKeyRole,
} from '#contracts/api-keys';
import { call, useApi } from '../../api.ts';
import { usePermission, useSession } from '../../session.ts';
import { useEndpointForm } from '../../use-endpoint-form.ts';
import { useFormat } from '../../use-format.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { ConfirmDialog, Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { Card, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';
import { roleHelp, roleLabels } from './roles.ts';

/** Keys with which programs use the API as this person, or as the organization. */
export function ApiKeys() {
  const { data, error, mutate } = useApi(listApiKeys, {});
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey>();
  const [isBusy, setBusy] = useState(false);
  if (!data && error !== undefined) {
    return <ErrorState title="The keys could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={3} />;

  async function remove(key: ApiKey) {
    setBusy(true);
    try {
      await call(deleteApiKey, { params: { id: key.id } });
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
          A script or another program can read your data and run things with a key.{' '}
          <a className="text-accent underline" href="/api/docs">
            What it can do
          </a>
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
        <Card className="p-4 text-muted">No program has a key.</Card>
      ) : (
        <Table
          label="API keys"
          head={[
            { title: 'Name' },
            { title: 'May do' },
            { title: 'Ends' },
            { title: 'Last used' },
            { title: 'Actions', isHidden: true },
          ]}
        >
          {data.items.map((key) => (
            <KeyRow key={key.id} of={key} onRemove={() => setLeaving(key)} />
          ))}
        </Table>
      )}
      {isAdding ? <NewKeyDialog onClose={() => setAdding(false)} onMade={() => void mutate()} /> : null}
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

function KeyRow({ of: key, onRemove }: { readonly of: ApiKey; readonly onRemove: () => void }) {
  const format = useFormat();
  const myId = useSession((state) => state.user?.id);
  const [now] = useState(() => Date.now());
  const hasEnded = key.expires_at !== null && Date.parse(key.expires_at) <= now;
  return (
    <tr>
      <Cell className="min-w-44">
        <bdi className="font-medium wrap-anywhere">{key.name}</bdi>
        <p className="text-sm wrap-anywhere text-muted">
          {key.user === null ? (
            'The organization’s'
          ) : key.user.id === myId ? (
            'Yours'
          ) : (
            <>
              Of <bdi>{key.user.name}</bdi>
            </>
          )}
        </p>
      </Cell>
      <Cell>As {roleLabels[key.role].toLowerCase()}</Cell>
      <Cell className="whitespace-nowrap text-muted">
        {key.expires_at === null ? 'never' : hasEnded ? 'has ended' : format.date(key.expires_at)}
      </Cell>
      <Cell className="whitespace-nowrap text-muted">
        {key.last_used_at === null ? 'never' : <RelativeTime value={key.last_used_at} />}
      </Cell>
      <Cell className="w-12">
        <IconButton
          size="sm"
          label={`Take ${key.name} back`}
          icon={<Trash2 aria-hidden className="size-4" />}
          onClick={onRemove}
        />
      </Cell>
    </tr>
  );
}

const daysOf = { month: 30, quarter: 90, year: 365, never: null } as const;
type End = keyof typeof daysOf;
const ends: readonly SelectOption<End>[] = [
  { value: 'month', label: 'In a month' },
  { value: 'quarter', label: 'In three months' },
  { value: 'year', label: 'In a year' },
  { value: 'never', label: 'Never' },
];

function NewKeyDialog({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const mayManage = usePermission('organization:manage');
  const mayWrite = usePermission('sources:write');
  const roles: readonly ApiKeyRole[] = [
    'viewer',
    ...(mayWrite ? (['editor'] as const) : []),
    ...(mayManage ? (['admin'] as const) : []),
  ];
  const [kind, setKind] = useState<ApiKeyKind>('personal');
  const [role, setRole] = useState<ApiKeyRole>('viewer');
  const [end, setEnd] = useState<End>('year');
  const [token, setToken] = useState<string>();
  const form = useEndpointForm({
    schema: newApiKey.pick({ name: true }),
    initial: { name: '' },
    onSubmit: async ({ name }) => {
      const body = { name, kind, role, expires_in_days: daysOf[end] };
      setToken((await call(createApiKey, { body })).token);
      onMade();
    },
  });
  const formId = useId();
  const [address] = useState(() => window.location.origin);

  if (token !== undefined) {
    return (
      <SecretDialog
        title="The key is made"
        secret={token}
        example={`curl -H 'Authorization: Bearer ${token}' ${address}/api/v1/warehouse/tables`}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title="New API key"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} isBusy={form.isBusy}>
            Make key
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        <FormProblem error={form.failure} />
        <Field label="Name" help="The program that will use it" error={form.errors.name}>
          <Input {...form.field('name')} maxLength={200} />
        </Field>
        {mayManage ? (
          <RadioGroup
            label="Whose key"
            value={kind}
            onChange={setKind}
            options={[
              { value: 'personal', label: 'Mine', help: 'Ends when you leave the organization' },
              { value: 'organization', label: 'The organization’s', help: 'Stays when people leave' },
            ]}
          />
        ) : null}
        <Field label="It may do what this role may" help={roleHelp[role]}>
          <Select
            value={role}
            options={roles.map((value) => ({ value, label: roleLabels[value] }))}
            onChange={setRole}
          />
        </Field>
        <Field label="Ends">
          <Select value={end} options={ends} onChange={setEnd} />
        </Field>
      </form>
    </Dialog>
  );
}
