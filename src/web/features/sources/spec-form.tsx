'use client';

import { Plus, X } from 'lucide-react';
import { Fragment } from 'react';
import type { SourceStream } from '#contracts/sources';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, Input, PasswordInput, Textarea } from '../../ui/field.tsx';
import { Folded } from '../../ui/folded.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/choice.tsx';
import { GoogleAccount } from '../google/google-account.tsx';
import {
  asValues,
  chosenKey,
  initialValues,
  isShown,
  isTouched,
  itemsOf,
  sectionsOf,
  type SpecField,
  type SpecValue,
  type SpecValues,
} from './spec-fields.ts';
import { StreamPicker } from './stream-picker.tsx';

interface SpecFormProps {
  readonly fields: readonly SpecField[];
  readonly values: SpecValues;
  /** By dotted path. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (values: SpecValues) => void;
  readonly path?: string;
  /** What the source offers; undefined until it was asked. */
  readonly streams?: readonly SourceStream[] | undefined;
}

/** Form of a connector, drawn from its spec. */
export function SpecForm({ fields, values, errors, onChange, path = '', streams }: SpecFormProps) {
  return (
    <div className="flex flex-col gap-4">
      {sectionsOf(fields.filter((field) => isShown(field, values))).map((section) => {
        const controls = section.fields.map((field) => (
          <SpecControl
            key={field.name}
            streams={streams}
            field={field}
            value={values[field.name]}
            errors={errors}
            path={path + field.name}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
          />
        ));
        const [first] = section.fields;
        return section.title === undefined ? (
          <Fragment key={first?.name}>{controls}</Fragment>
        ) : (
          <Folded
            key={section.title}
            title={section.title}
            isHeldOpen={isTouched(section.fields, values, errors, path)}
          >
            {controls}
          </Folded>
        );
      })}
    </div>
  );
}

interface SpecControlProps {
  readonly field: SpecField;
  readonly value: SpecValue | undefined;
  readonly errors: Readonly<Record<string, string>>;
  readonly path: string;
  readonly onChange: (value: SpecValue) => void;
  readonly streams?: readonly SourceStream[] | undefined;
}

function SpecControl({ field, value, errors, path, onChange, streams }: SpecControlProps) {
  if (field.kind === 'streams') {
    return (
      <StreamPicker
        title={field.title}
        help={field.help}
        streams={streams}
        chosen={Array.isArray(value) ? value : []}
        onChange={onChange}
      />
    );
  }
  if (field.kind === 'boolean') {
    return <Switch checked={value === true} onChange={onChange} label={field.title} help={field.help} />;
  }
  if (field.kind === 'group') {
    return (
      <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
        <legend className="px-1 text-sm font-medium">{field.title}</legend>
        <SpecForm
          fields={field.fields}
          values={asValues(value)}
          errors={errors}
          path={`${path}.`}
          onChange={onChange}
        />
      </fieldset>
    );
  }
  if (field.kind === 'items') {
    return <ItemsControl field={field} value={value} errors={errors} path={path} onChange={onChange} />;
  }
  if (field.kind === 'connection') {
    return (
      <GoogleAccount
        access="read"
        title={field.title}
        help={field.help}
        error={errors[path]}
        value={typeof value === 'string' ? value : ''}
        onChange={onChange}
      />
    );
  }
  if (field.kind === 'choice') {
    return <ChoiceControl field={field} value={value} errors={errors} path={path} onChange={onChange} />;
  }
  const text = typeof value === 'string' ? value : '';
  const placeholder = field.example === undefined ? undefined : `For example ${field.example}`;
  return (
    <Field
      label={field.title}
      help={field.help}
      error={errors[path]}
      isOptional={!field.isRequired && !hasInitial(field)}
    >
      {field.kind === 'select' ? (
        <Select value={text} options={field.options} onChange={onChange} />
      ) : field.kind === 'secret' ? (
        <PasswordInput
          value={text}
          autoComplete="off"
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : field.kind === 'long-text' ? (
        <Textarea value={text} placeholder={placeholder} onChange={(event) => onChange(event.target.value)} />
      ) : field.kind === 'list' ? (
        <Textarea
          rows={3}
          value={Array.isArray(value) ? value.join('\n') : ''}
          placeholder="One per line"
          onChange={(event) => onChange(event.target.value.split('\n'))}
        />
      ) : (
        <Input
          value={text}
          type={field.kind === 'date' ? 'date' : 'text'}
          inputMode={field.kind === 'number' ? 'decimal' : undefined}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function ChoiceControl({
  field,
  value,
  errors,
  path,
  onChange,
}: SpecControlProps & { readonly field: Extract<SpecField, { kind: 'choice' }> }) {
  const values = asValues(value);
  const index = Number(values[chosenKey] ?? 0);
  const choice = field.choices[index];
  return (
    <div className="flex flex-col gap-3">
      <Field label={field.title} help={choice?.help ?? field.help}>
        <Select
          value={String(index)}
          options={field.choices.map((one, at) => ({ value: String(at), label: one.title }))}
          onChange={(next) =>
            onChange({ ...initialValues(field.choices[Number(next)]?.fields ?? []), [chosenKey]: next })
          }
        />
      </Field>
      {choice && choice.fields.length > 0 ? (
        <div className="border-s-2 border-line ps-3">
          <SpecForm
            fields={choice.fields}
            values={values}
            errors={errors}
            path={`${path}.`}
            onChange={onChange}
          />
        </div>
      ) : null}
    </div>
  );
}

/** A list of forms: each can be taken away, and one more added. */
function ItemsControl({
  field,
  value,
  errors,
  path,
  onChange,
}: SpecControlProps & { readonly field: Extract<SpecField, { kind: 'items' }> }) {
  const items = itemsOf(value);
  const change = (next: readonly SpecValues[]) =>
    onChange(Object.fromEntries(next.map((item, at) => [String(at), item])));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="text-sm font-medium">
        {field.title} <span className="font-normal text-muted">(optional)</span>
      </legend>
      {field.help ? <p className="text-sm text-muted">{field.help}</p> : null}
      {items.map((item, at) => (
        // Entries have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="flex items-start gap-2 rounded-md border border-line p-3">
          <div className="min-w-0 flex-1">
            <SpecForm
              fields={field.fields}
              values={item}
              errors={errors}
              path={`${path}.${at}.`}
              onChange={(changed) => change(items.map((one, index) => (index === at ? changed : one)))}
            />
          </div>
          <IconButton
            label={`Remove ${field.itemName} ${at + 1}`}
            icon={<X aria-hidden className="size-4" />}
            onClick={() => change(items.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button
        className="self-start"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() => change([...items, initialValues(field.fields)])}
      >
        Add a {field.itemName}
      </Button>
    </fieldset>
  );
}

/** What is filled in already needs no word that it may be left empty. */
function hasInitial(field: SpecField): boolean {
  return 'initial' in field && typeof field.initial === 'string' && field.initial !== '';
}
