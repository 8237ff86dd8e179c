'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { listGoogleConnections, startGoogleSignIn } from '#contracts/google';
import { call, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { GoogleMark } from './google-mark.tsx';
import { onSignIn } from './sign-in-channel.ts';

interface GoogleAccountProps {
  readonly access: 'read' | 'write';
  readonly title: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  /** Id of the connection; '' for none. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Which account of Google: one that the person has signed in with, or one more. */
export function GoogleAccount({ access, title, help, error, value, onChange }: GoogleAccountProps) {
  const titleId = useId();
  const { data, mutate } = useApi(listGoogleConnections, {});
  const [failure, setFailure] = useState<unknown>();
  const [address, setAddress] = useState<string>();
  const listener = useRef(onChange);
  useEffect(() => {
    listener.current = onChange;
  });
  useEffect(
    () =>
      onSignIn((connection) => {
        setAddress(undefined);
        void mutate();
        listener.current(connection.id);
      }),
    [mutate],
  );
  const items = data?.items ?? [];
  const mine = items.filter((one) => one.is_mine && (access === 'read' || one.may_write));
  // Chosen by somebody else, and still in use.
  const theirs = items.find((one) => one.id === value && !one.is_mine);
  const choices = theirs ? [theirs, ...mine] : mine;

  const only = mine.length === 1 ? mine[0]?.id : undefined;
  useEffect(() => {
    if (value === '' && only !== undefined) listener.current(only);
  }, [value, only]);

  async function signIn() {
    setFailure(undefined);
    // Opened before anything is waited for, or the browser takes it for an advertisement.
    const popup = window.open('', 'dalgo-google', 'popup,width=520,height=700');
    try {
      const { url } = await call(startGoogleSignIn, { body: { access } });
      if (popup) popup.location.replace(url);
      else setAddress(url);
    } catch (problem) {
      popup?.close();
      setFailure(problem);
    }
  }

  if (!data) return <Skeleton className="h-16" />;
  return (
    <div role="group" aria-labelledby={titleId} className="flex flex-col gap-2">
      <p id={titleId} className={choices.length > 0 ? 'sr-only' : 'text-sm font-medium'}>
        {title}
      </p>
      <FormProblem error={failure} />
      {choices.length > 0 ? (
        <Field label={title} help={help} error={error}>
          <Select
            value={value}
            options={choices.map((one) => ({ value: one.id, label: one.account }))}
            onChange={onChange}
          />
        </Field>
      ) : (
        <p className="text-sm text-muted">
          {data.can_sign_in
            ? help
            : 'Signing in with Google is not set up here. Ask your administrator, or choose another way.'}
        </p>
      )}
      {data.can_sign_in ? (
        <Button className="self-start" icon={<GoogleMark className="size-4" />} onClick={() => void signIn()}>
          {choices.length > 0 ? 'Use another account' : 'Sign in with Google'}
        </Button>
      ) : null}
      {address ? (
        <p className="text-sm">
          Your browser kept the window from opening.{' '}
          <a className="text-accent-ink underline" href={address} target="_blank" rel="noreferrer">
            Open Google
          </a>
        </p>
      ) : null}
      {error && choices.length === 0 ? (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      ) : null}
    </div>
  );
}
