'use client';

import { UserMinus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { listMembers, removeMember, updateMember, type Member, type Role } from '#contracts/accounts';
import { call, useApi } from '../../api.ts';
import { usePermission, useSession } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { roleLabels, roleOptions } from './roles.ts';

export function People() {
  const mayManage = usePermission('members:manage');
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const [isBusy, setBusy] = useState(false);
  const { data, error, mutate } = useApi(listMembers, {});
  if (error !== undefined && !data) {
    return <ErrorState title="The people could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows rows={3} />;

  async function changeRole(member: Member, role: Role) {
    try {
      await call(updateMember, { params: { user_id: member.user.id }, body: { role } });
      toast.success(`${member.user.name} is now ${roleLabels[role].toLowerCase()}`);
    } catch (failure) {
      toast.problem(failure, 'The role could not be changed');
    }
    await mutate();
  }

  async function remove(member: Member) {
    setBusy(true);
    try {
      await call(removeMember, { params: { user_id: member.user.id } });
      toast.success(`${member.user.name} was removed`);
    } catch (failure) {
      toast.problem(failure, `${member.user.name} could not be removed`);
    }
    setBusy(false);
    setLeaving(undefined);
    await mutate();
  }

  return (
    <div className="flex flex-col gap-3">
      {mayManage ? (
        <Button
          variant="primary"
          className="self-end"
          icon={<UserPlus aria-hidden className="size-4" />}
          onClick={() => setAdding(true)}
        >
          Add person
        </Button>
      ) : null}
      <Table
        label="People"
        head={[
          { title: 'Name' },
          { title: 'Role' },
          { title: 'Since' },
          { title: 'Actions', isHidden: true },
        ]}
      >
        {data.items.map((member) => (
          <PersonRow
            key={member.user.id}
            member={member}
            mayManage={mayManage}
            onRole={(role) => void changeRole(member, role)}
            onRemove={() => setLeaving(member)}
          />
        ))}
      </Table>
      {isAdding ? <AddPersonDialog onClose={() => setAdding(false)} onAdded={() => void mutate()} /> : null}
      <ConfirmDialog
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => (leaving ? void remove(leaving) : undefined)}
        title={`Remove ${leaving?.user.name ?? ''}?`}
        confirmLabel="Remove person"
        isDangerous
        isBusy={isBusy}
      >
        They are logged out of this organization at once. What they made stays.
      </ConfirmDialog>
    </div>
  );
}

interface PersonRowProps {
  readonly member: Member;
  readonly mayManage: boolean;
  readonly onRole: (role: Role) => void;
  readonly onRemove: () => void;
}

function PersonRow({ member, mayManage, onRole, onRemove }: PersonRowProps) {
  const format = useFormat();
  const myId = useSession((state) => state.user?.id);
  const isMe = member.user.id === myId;
  return (
    <tr>
      <Cell className="min-w-44">
        <bdi className="font-medium wrap-anywhere">{member.user.name}</bdi>
        {isMe ? <span className="text-muted"> (you)</span> : null}
        <p className="text-sm wrap-anywhere text-muted">{member.user.email}</p>
      </Cell>
      <Cell className="min-w-36">
        {mayManage && !isMe ? (
          <Select
            size="sm"
            className="max-w-40"
            aria-label={`Role of ${member.user.name}`}
            value={member.role}
            options={roleOptions}
            onChange={onRole}
          />
        ) : (
          roleLabels[member.role]
        )}
      </Cell>
      <Cell className="whitespace-nowrap text-muted">{format.date(member.joined_at)}</Cell>
      <Cell className="w-12">
        {mayManage && !isMe ? (
          <IconButton
            label={`Remove ${member.user.name}`}
            icon={<UserMinus aria-hidden className="size-4" />}
            onClick={onRemove}
          />
        ) : null}
      </Cell>
    </tr>
  );
}
