'use client';

import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { login } from '#contracts/accounts';
import { ApiError, describeError } from '../../api-error.ts';
import { call } from '../../api.ts';
import { startSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, PasswordInput } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useEndpointForm } from '../../use-endpoint-form.ts';
import { AuthFrame } from './auth-frame.tsx';
import { safeNext } from './safe-next.ts';

export function LoginPage() {
  const router = useRouter();
  const search = useSearchParams();
  const next = safeNext(search.get('next'));
  const form = useEndpointForm({
    schema: login.body,
    initial: { email: '', password: '' },
    onSubmit: async (body) => {
      startSession(await call(login, { body }).catch(atPassword));
      router.replace(next);
    },
  });
  return (
    <AuthFrame title="Log in">
      <form onSubmit={form.submit} noValidate className="flex flex-col gap-4">
        <FormProblem error={form.failure} />
        <Field label="E-mail" error={form.errors.email}>
          <Input {...form.field('email')} type="email" autoComplete="username" inputMode="email" autoFocus />
        </Field>
        <Field label="Password" error={form.errors.password}>
          <PasswordInput {...form.field('password')} autoComplete="current-password" />
        </Field>
        <Button type="submit" variant="primary" isBusy={form.isBusy} className="mt-1 h-10">
          Log in
        </Button>
      </form>
      <p className="mt-6 text-muted">
        New here?{' '}
        <Link href="/signup" className="font-medium text-accent-ink underline underline-offset-2">
          Create an organization
        </Link>
      </p>
    </AuthFrame>
  );
}

/** The server does not say which of the two is wrong; the password is the one that people mistype. */
function atPassword(error: unknown): never {
  if (!(error instanceof ApiError) || error.code !== 'invalid_credentials') throw error;
  const { message, hint } = describeError(error);
  throw new ApiError(
    { status: error.status, errors: [{ path: 'password', message: `${message} ${hint ?? ''}`.trim() }] },
    { cause: error },
  );
}
