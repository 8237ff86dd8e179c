'use client';

import './zod-without-eval.ts';
import { useState, type ChangeEvent, type SubmitEvent } from 'react';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';

type Values = Readonly<Record<string, string>>;

interface FormOptions<Shape extends Values> {
  /** Body of the operation; its messages are shown at the fields. */
  readonly schema: z.ZodType | undefined;
  readonly initial: Shape;
  /** Receives what was typed, once it satisfies the schema. */
  readonly onSubmit: (values: Shape) => Promise<void>;
}

/**
 * A form of text fields over one operation: checked by the operation's own schema when it is sent, then by the
 * server; both kinds of message appear at their fields.
 *
 * @example
 * const form = useEndpointForm({ schema: login.body, initial: { email: '', password: '' }, onSubmit });
 * <form onSubmit={form.submit}><Field label="E-mail" error={form.errors.email}><Input {...form.field('email')} />…
 */
export function useEndpointForm<Shape extends Values>({ schema, initial, onSubmit }: FormOptions<Shape>) {
  const [values, setValues] = useState<Shape>(initial);
  const [errors, setErrors] = useState<Partial<Record<keyof Shape, string>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  function setValue(name: keyof Shape, value: string) {
    setValues((old) => ({ ...old, [name]: value }));
    setErrors((old) => ({ ...old, [name]: undefined }));
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setFailure(undefined);
    const found = schema?.safeParse(values);
    if (found?.success === false) {
      const byField: Partial<Record<keyof Shape, string>> = {};
      for (const issue of found.error.issues) {
        const name = String(issue.path[0] ?? '');
        if (name in values) byField[name as keyof Shape] ??= issue.message;
      }
      setErrors(byField);
      focusFirst(form, Object.keys(byField));
      return;
    }
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      const byField = fieldErrors(error, Object.keys(values));
      if (Object.keys(byField).length > 0) {
        // The names come from `values`, whose keys are those of Shape.
        setErrors(byField as Partial<Record<keyof Shape, string>>);
        focusFirst(form, Object.keys(byField));
      } else setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return {
    values,
    errors,
    /** What went wrong with the whole, not with a field. */
    failure,
    isBusy,
    setValue,
    reset: () => {
      setValues(initial);
      setErrors({});
      setFailure(undefined);
    },
    submit,
    field: (name: keyof Shape & string) => ({
      name,
      value: values[name] ?? '',
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
        setValue(name, event.target.value),
    }),
  };
}

/** Messages of an answer of the server that belong to fields of the form. */
export function fieldErrors(error: unknown, names: readonly string[]): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const message = error.field(name);
      return message === undefined ? [] : [[name, message]];
    }),
  );
}

function focusFirst(form: HTMLFormElement, names: readonly string[]): void {
  const first = [...form.elements].find(
    (element) => element instanceof HTMLInputElement && names.includes(element.name),
  );
  if (first instanceof HTMLElement) first.focus();
}
