'use client';

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { addMember, type Role } from '#contracts/accounts';
import { call } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { toast } from '../../ui/toast.tsx';
import { copyText } from '../../ui/grid/copy-text.ts';
import { useEndpointForm } from '../../use-endpoint-form.ts';
import { roleHelp, roleLabels, roles } from './roles.ts';

interface AddPersonDialogProps {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

interface Added {
  readonly name: string;
  /** null when the person has an account already. */
  readonly password: string | null;
}

export function AddPersonDialog({ onClose, onAdded }: AddPersonDialogProps) {
  const [role, setRole] = useState<Role>('editor');
  const [added, setAdded] = useState<Added>();
  const form = useEndpointForm({
    schema: addMember.body,
    initial: { name: '', email: '', role: 'editor' },
    onSubmit: async ({ name, email }) => {
      const answer = await call(addMember, { body: { name, email, role } });
      setAdded({ name: answer.member.user.name, password: answer.one_time_password });
      onAdded();
    },
  });
  if (added) return <AddedDialog added={added} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Add person"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="add-person" variant="primary" isBusy={form.isBusy}>
            Add person
          </Button>
        </>
      }
    >
      <form id="add-person" onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        <FormProblem error={form.failure} />
        <Field label="Name" error={form.errors.name}>
          <Input {...form.field('name')} autoComplete="off" autoFocus />
        </Field>
        <Field label="E-mail" error={form.errors.email}>
          <Input {...form.field('email')} type="email" autoComplete="off" />
        </Field>
        <RadioGroup
          label="Role"
          value={role}
          onChange={setRole}
          options={roles.map((one) => ({ value: one, label: roleLabels[one], help: roleHelp[one] }))}
        />
      </form>
    </Dialog>
  );
}

function AddedDialog({ added, onClose }: { readonly added: Added; readonly onClose: () => void }) {
  const { name, password } = added;
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={`${name} was added`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {password === null ? (
        <p>They have an account already and find this organization the next time they log in.</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p>
            Give them this one-time password. It is shown only now; after the first login they should choose
            their own under Settings.
          </p>
          <div className="flex items-end gap-2">
            <Field label="One-time password" className="flex-1">
              <Input readOnly dir="ltr" value={password} className="font-mono" />
            </Field>
            <Button
              icon={<Copy aria-hidden className="size-4" />}
              onClick={async () => {
                if (await copyText(password)) toast.success('Copied');
              }}
            >
              Copy
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
