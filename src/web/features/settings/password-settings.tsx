'use client';

import { changePassword } from '#contracts/accounts';
import { call } from '../../api.ts';
import { useSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Field, PasswordInput } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Card } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEndpointForm } from '../../use-endpoint-form.ts';

export function PasswordSettings() {
  const email = useSession((state) => state.user?.email);
  const form = useEndpointForm({
    schema: changePassword.body,
    initial: { current_password: '', new_password: '' },
    onSubmit: async (body) => {
      await call(changePassword, { body });
      form.reset();
      toast.success('Your password is changed', { description: 'Every other session of yours has ended.' });
    },
  });
  return (
    <Card className="max-w-xl p-4">
      <form onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        <FormProblem error={form.failure} />
        {/* Password managers need to know whose password this is. */}
        <input type="text" hidden readOnly autoComplete="username" value={email ?? ''} />
        <Field label="Your password now" error={form.errors.current_password}>
          <PasswordInput {...form.field('current_password')} autoComplete="current-password" />
        </Field>
        <Field
          label="New password"
          help="At least 10 characters. A few words in a row are good; common passwords are refused."
          error={form.errors.new_password}
        >
          <PasswordInput {...form.field('new_password')} autoComplete="new-password" />
        </Field>
        <Button type="submit" variant="primary" isBusy={form.isBusy} className="self-start">
          Change password
        </Button>
      </form>
    </Card>
  );
}
