/**
 * The part of JSON Schema that specs of connectors use, read into fields of a form: strings (secret, long, from a list,
 * with a format), numbers, booleans, lists of strings, nested objects, and `oneOf` whose choices carry a `const`,
 * lists of objects, and fields that are only there beside a value of another (`x-show-if`).
 */
export type SpecField = {
  readonly name: string;
  readonly title: string;
  readonly help: string | undefined;
  readonly isRequired: boolean;
  readonly example: string | undefined;
  /** Never shown again once it is saved. */
  readonly isSecret: boolean;
  /** Where it is asked: how to reach the source, or, once that works, what of it is loaded and how. */
  readonly step: 'connect' | 'load';
  /** Few people need it: it is folded away with the others of its section. */
  readonly section?: string;
  /** Only there while another field of the same form has a value. */
  readonly showIf?: { readonly field: string; readonly value: unknown };
} & (
  | { readonly kind: 'text' | 'secret' | 'long-text' | 'date'; readonly initial: string }
  | {
      readonly kind: 'number';
      readonly initial: string;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly kind: 'boolean'; readonly initial: boolean }
  | { readonly kind: 'list'; readonly initial: readonly string[] }
  /** Which of the tables that the source offers. */
  | { readonly kind: 'streams'; readonly initial: readonly string[] }
  | {
      readonly kind: 'select';
      readonly initial: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    }
  /** A sign-in with another service, by its id. */
  | { readonly kind: 'connection'; readonly initial: string }
  /** A list of the same form, as often as needed. */
  | { readonly kind: 'items'; readonly fields: readonly SpecField[]; readonly itemName: string }
  | { readonly kind: 'group'; readonly fields: readonly SpecField[] }
  | { readonly kind: 'choice'; readonly choices: readonly SpecChoice[] }
);

export interface SpecChoice {
  readonly title: string;
  readonly help: string | undefined;
  /** Fields that a person fills in. */
  readonly fields: readonly SpecField[];
  /** Fields that mark the choice. */
  readonly constants: Readonly<Record<string, unknown>>;
}

type Schema = Readonly<Record<string, unknown>>;

export function specFields(spec: unknown): SpecField[] {
  const schema = asObject(spec);
  const properties = asObject(schema['properties']);
  const required = new Set(asArray(schema['required']));
  return Object.entries(properties)
    .map(([name, property]) => ({ name, property: asObject(property) }))
    .filter(({ property }) => property['const'] === undefined && property['airbyte_hidden'] !== true)
    .toSorted((a, b) => orderOf(a.property) - orderOf(b.property))
    .map(({ name, property }) => fieldOf(name, property, required.has(name)));
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): SpecField {
  const [showIf] = Object.entries(asObject(schema['x-show-if']));
  const section = asText(schema['x-section']);
  const base = {
    name,
    step:
      schema['x-step'] === 'load' || schema['x-streams'] === true ? ('load' as const) : ('connect' as const),
    ...(section === undefined ? {} : { section }),
    ...(showIf === undefined ? {} : { showIf: { field: showIf[0], value: showIf[1] } }),
    title: asText(schema['title']) ?? humanName(name),
    help: asText(schema['x-help']) ?? asText(schema['description']),
    isRequired,
    example: exampleOf(schema),
    isSecret: schema['x-secret'] === true || schema['airbyte_secret'] === true,
  };
  const initial = asText(schema['default']) ?? '';
  const choices = asArray(schema['oneOf']).map(asObject);
  if (choices.length > 0) return { ...base, kind: 'choice', choices: choices.map(choiceOf) };
  const type = typeOf(schema);
  const options = asArray(schema['enum']).filter((value): value is string => typeof value === 'string');
  if (options.length > 0) {
    const labels = asObject(schema['x-labels']);
    return {
      ...base,
      kind: 'select',
      initial,
      options: options.map((value) => ({ value, label: asText(labels[value]) ?? value })),
    };
  }
  if (type === 'boolean') return { ...base, kind: 'boolean', initial: schema['default'] === true };
  if (type === 'integer' || type === 'number') {
    return {
      ...base,
      kind: 'number',
      initial: typeof schema['default'] === 'number' ? String(schema['default']) : '',
      ...(typeof schema['minimum'] === 'number' ? { minimum: schema['minimum'] } : {}),
      ...(typeof schema['maximum'] === 'number' ? { maximum: schema['maximum'] } : {}),
    };
  }
  if (type === 'array' && schema['x-streams'] === true) return { ...base, kind: 'streams', initial: [] };
  const items = asObject(schema['items']);
  if (type === 'array' && typeOf(items) === 'object') {
    return {
      ...base,
      kind: 'items',
      fields: specFields(items),
      itemName: asText(schema['x-item']) ?? 'entry',
    };
  }
  if (type === 'array') return { ...base, kind: 'list', initial: asArray(schema['default']).map(String) };
  if (type === 'object') return { ...base, kind: 'group', fields: specFields(schema) };
  if (schema['multiline'] === true) return { ...base, kind: 'long-text', initial };
  if (asText(schema['x-connection']) !== undefined) return { ...base, kind: 'connection', initial };
  if (base.isSecret) return { ...base, kind: 'secret', initial };
  if (schema['format'] === 'date') return { ...base, kind: 'date', initial };
  return { ...base, kind: 'text', initial };
}

function choiceOf(schema: Schema): SpecChoice {
  const constants = Object.fromEntries(
    Object.entries(asObject(schema['properties']))
      .map(([name, property]) => [name, asObject(property)['const']] as const)
      .filter(([, value]) => value !== undefined),
  );
  return {
    title: asText(schema['title']) ?? 'Choice',
    help: asText(schema['description']),
    fields: specFields(schema),
    constants,
  };
}

export type SpecValue = string | boolean | readonly string[] | SpecValues;
export interface SpecValues {
  readonly [name: string]: SpecValue;
}

/** Under this name a choice keeps the index of what is chosen; no property can be called so in a spec. */
export const chosenKey = '\u0000chosen';

export function initialValues(fields: readonly SpecField[]): SpecValues {
  return Object.fromEntries(
    fields.map((field): [string, SpecValue] => {
      if (field.kind === 'group') return [field.name, initialValues(field.fields)];
      // By their number.
      if (field.kind === 'items') return [field.name, {}];
      if (field.kind === 'choice') {
        return [field.name, { [chosenKey]: '0', ...initialValues(field.choices[0]?.fields ?? []) }];
      }
      return [field.name, field.initial];
    }),
  );
}

/** What is saved, as values of the form: what the configuration lacks, as a new form would have it. */
export function valuesOfConfig(fields: readonly SpecField[], config: unknown): SpecValues {
  const saved = asObject(config);
  return Object.fromEntries(
    fields.map((field): [string, SpecValue] => {
      const value = saved[field.name];
      if (field.kind === 'group') return [field.name, valuesOfConfig(field.fields, value)];
      if (field.kind === 'items') {
        const entries = asArray(value).map(
          (item, at) => [String(at), valuesOfConfig(field.fields, item)] as const,
        );
        return [field.name, Object.fromEntries(entries)];
      }
      if (field.kind === 'choice') {
        const inner = asObject(value);
        const found = field.choices.findIndex(({ constants }) =>
          Object.entries(constants).every(([name, constant]) => inner[name] === constant),
        );
        const index = Math.max(0, found);
        const own = valuesOfConfig(field.choices[index]?.fields ?? [], value);
        return [field.name, { [chosenKey]: String(index), ...own }];
      }
      if (value === undefined || value === null) return [field.name, field.initial];
      if (field.kind === 'boolean') return [field.name, value === true];
      if (field.kind === 'list' || field.kind === 'streams') return [field.name, asArray(value).map(String)];
      return [field.name, typeof value === 'string' || typeof value === 'number' ? String(value) : ''];
    }),
  );
}

/** The form of a source that is saved: its secrets are kept where nothing is entered. */
export function withKeptSecrets(fields: readonly SpecField[]): SpecField[] {
  return fields.map((field): SpecField => {
    if (field.kind === 'group' || field.kind === 'items')
      return { ...field, fields: withKeptSecrets(field.fields) };
    if (field.kind === 'choice') {
      const choices = field.choices.map((choice) => ({ ...choice, fields: withKeptSecrets(choice.fields) }));
      return { ...field, choices };
    }
    return field.isSecret
      ? { ...field, isRequired: false, help: 'Kept as it is when you leave this empty.' }
      : field;
  });
}

/** What was typed, as the connector's configuration: numbers as numbers, what is empty left out. */
export function toConfig(fields: readonly SpecField[], values: SpecValues): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (!isShown(field, values)) continue;
    if (field.kind === 'group') config[field.name] = toConfig(field.fields, asValues(value));
    else if (field.kind === 'items') {
      const entries = itemsOf(value).map((item) => toConfig(field.fields, item));
      if (entries.length > 0) config[field.name] = entries;
    } else if (field.kind === 'choice') {
      const inner = asValues(value);
      const choice = field.choices[Number(inner[chosenKey] ?? 0)];
      if (choice) config[field.name] = { ...choice.constants, ...toConfig(choice.fields, inner) };
    } else if (field.kind === 'number') {
      if (typeof value === 'string' && value.trim() !== '') config[field.name] = Number(value);
    } else if (field.kind === 'boolean') config[field.name] = value === true;
    else if (field.kind === 'list' || field.kind === 'streams') {
      const lines = Array.isArray(value) ? value.filter((line) => line.trim() !== '') : [];
      if (lines.length > 0) config[field.name] = lines;
    } else if (typeof value === 'string' && value !== '') config[field.name] = value;
  }
  return config;
}

/** Messages by dotted path for what is missing or no number. */
export function specErrors(
  fields: readonly SpecField[],
  values: SpecValues,
  path = '',
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const at = path + field.name;
    const value = values[field.name];
    if (!isShown(field, values)) continue;
    if (field.kind === 'items') {
      for (const [index, item] of itemsOf(value).entries())
        Object.assign(errors, specErrors(field.fields, item, `${at}.${index}.`));
    } else if (field.kind === 'group')
      Object.assign(errors, specErrors(field.fields, asValues(value), `${at}.`));
    else if (field.kind === 'choice') {
      const inner = asValues(value);
      const choice = field.choices[Number(inner[chosenKey] ?? 0)];
      Object.assign(errors, specErrors(choice?.fields ?? [], inner, `${at}.`));
    } else if (field.isRequired && (value === '' || value === undefined)) errors[at] = 'Fill this in';
    else if (field.kind === 'number' && typeof value === 'string' && value !== '') {
      const number = Number(value);
      if (!Number.isFinite(number)) errors[at] = 'This must be a number';
      else if (field.minimum !== undefined && number < field.minimum)
        errors[at] = `At least ${field.minimum}`;
      else if (field.maximum !== undefined && number > field.maximum) errors[at] = `At most ${field.maximum}`;
    }
  }
  return errors;
}

/** Whether a field is asked for beside the values that the others have. */
export function isShown({ showIf }: SpecField, values: SpecValues): boolean {
  return showIf === undefined || values[showIf.field] === showIf.value;
}

/** Fields with those that are folded away together beside each other, in the order of the first of each. */
export function sectionsOf(
  fields: readonly SpecField[],
): { readonly title: string | undefined; readonly fields: readonly SpecField[] }[] {
  const sections: { title: string | undefined; fields: SpecField[] }[] = [];
  for (const field of fields) {
    const known =
      field.section === undefined
        ? sections.findLast((one, at) => one.title === undefined && at === sections.length - 1)
        : sections.find((one) => one.title === field.section);
    if (known) known.fields.push(field);
    else sections.push({ title: field.section, fields: [field] });
  }
  return sections;
}

/** Whether a person has changed one of the fields, or has to. */
export function isTouched(
  fields: readonly SpecField[],
  values: SpecValues,
  errors: Readonly<Record<string, string>>,
  path: string,
): boolean {
  const initial = initialValues(fields);
  return fields.some(({ name }) => {
    const at = path + name;
    const isWrong = Object.keys(errors).some((key) => key === at || key.startsWith(`${at}.`));
    return isWrong || JSON.stringify(values[name]) !== JSON.stringify(initial[name]);
  });
}

/** The entries of a list of forms, in their order. */
export function itemsOf(value: SpecValue | undefined): SpecValues[] {
  return Object.values(asValues(value)).map(asValues);
}

/** The same form with one setting as a configuration says it, for instance as it was found out. */
export function withSetting(
  fields: readonly SpecField[],
  values: SpecValues,
  setting: string,
  value: unknown,
): SpecValues {
  const put = (config: unknown, [first = '', ...rest]: readonly string[]): unknown => {
    if (Array.isArray(config)) {
      return config.map((item: unknown, at) => (String(at) === first ? put(item, rest) : item));
    }
    const inner = asObject(config);
    return { ...inner, [first]: rest.length === 0 ? value : put(inner[first], rest) };
  };
  return valuesOfConfig(fields, put(toConfig(fields, values), setting.split('.')));
}

export function asValues(value: SpecValue | undefined): SpecValues {
  // Arrays are the only other objects among the values.
  return typeof value === 'object' && !Array.isArray(value) ? (value as SpecValues) : {};
}

function asObject(value: unknown): Schema {
  // A JSON object, read property by property with checks.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `type` may be a list with "null" in it. */
function typeOf(schema: Schema): unknown {
  const { type } = schema;
  return Array.isArray(type) ? type.find((one) => one !== 'null') : type;
}

function orderOf(schema: Schema): number {
  const order = schema['x-order'] ?? schema['order'];
  return typeof order === 'number' ? order : Number.MAX_SAFE_INTEGER;
}

function exampleOf(schema: Schema): string | undefined {
  const [example] = asArray(schema['examples']);
  return typeof example === 'string' || typeof example === 'number' ? String(example) : undefined;
}

/** "start_date" → "Start date". */
function humanName(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
