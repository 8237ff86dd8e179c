'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { signup } from '#contracts/accounts';
import { call } from '../../api.ts';
import { startSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, PasswordInput } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useEndpointForm } from '../../use-endpoint-form.ts';
import { AuthFrame } from './auth-frame.tsx';

export function SignupPage() {
  const router = useRouter();
  const form = useEndpointForm({
    schema: signup.body,
    initial: { organization_name: '', name: '', email: '', password: '' },
    onSubmit: async (body) => {
      startSession(await call(signup, { body: { ...body, ...browserSettings() } }));
      router.replace('/');
    },
  });
  return (
    <AuthFrame title="Create an organization">
      <form onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        <FormProblem error={form.failure} />
        <Field label="Organization" error={form.errors.organization_name}>
          <Input {...form.field('organization_name')} autoComplete="organization" autoFocus />
        </Field>
        <Field label="Your name" error={form.errors.name}>
          <Input {...form.field('name')} autoComplete="name" />
        </Field>
        <Field label="E-mail" error={form.errors.email}>
          <Input {...form.field('email')} type="email" autoComplete="username" inputMode="email" />
        </Field>
        <Field
          label="Password"
          help="At least 10 characters. A few words in a row are good; common passwords are refused."
          error={form.errors.password}
        >
          <PasswordInput {...form.field('password')} autoComplete="new-password" />
        </Field>
        <Button type="submit" variant="primary" isBusy={form.isBusy} className="mt-1 h-10">
          Create organization
        </Button>
      </form>
      <p className="mt-6 text-muted">
        You have an account?{' '}
        <Link href="/login" className="font-medium text-accent-ink underline underline-offset-2">
          Log in
        </Link>
      </p>
    </AuthFrame>
  );
}

/** A first guess that is right for most; Settings change it. */
function browserSettings(): { timezone: string; locale: string } {
  return { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language };
}
