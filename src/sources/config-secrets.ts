import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '#platform/actor';
import type { Config } from '#platform/config';
import type { MetadataTransaction } from '#platform/database/database';
import type { RowOf } from '#platform/database/tables';
import type { OrganizationId, UserId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import { connectorFor } from './connectors/registry.ts';

type SourceConfig = Readonly<Record<string, unknown>>;
/** Secret texts by dotted path. */
type Secrets = Readonly<Record<string, string>>;

/** Dotted paths of the fields of a spec that carry a mark, in every choice of a `oneOf`. */
function markedPaths(spec: unknown, mark: 'x-secret' | 'x-target' | 'x-owned', within = ''): string[] {
  if (!isObject(spec)) return [];
  const choices = [spec['oneOf'], spec['anyOf']].flatMap((list) => (Array.isArray(list) ? list : []));
  const own = isObject(spec['properties']) ? Object.entries(spec['properties']) : [];
  return [
    ...choices.flatMap((choice) => markedPaths(choice, mark, within)),
    ...own.flatMap(([name, property]) => [
      ...(isObject(property) && property[mark] === true ? [within + name] : []),
      ...markedPaths(property, mark, `${within}${name}.`),
    ]),
  ];
}

/** Takes the secrets out of a configuration, so that the rest can be shown. */
export function splitSecrets(type: string, config: SourceConfig): { open: SourceConfig; secrets: Secrets } {
  let open = config;
  const secrets: Record<string, string> = {};
  for (const path of new Set(markedPaths(connectorFor(type).info.spec, 'x-secret'))) {
    const value = valueAt(open, path);
    if (typeof value !== 'string') continue;
    secrets[path] = value;
    open = withValue(open, path, undefined);
  }
  return { open, secrets };
}

/** A configuration with the secrets that it lacks. */
function joinSecrets(config: SourceConfig, secrets: Secrets): SourceConfig {
  return Object.entries(secrets).reduce((joined, [path, value]) => {
    const parent = path.includes('.') ? valueAt(joined, path.slice(0, path.lastIndexOf('.'))) : joined;
    return isObject(parent) && valueAt(joined, path) === undefined ? withValue(joined, path, value) : joined;
  }, config);
}

/**
 * A new configuration of a source, completed by the secrets that are kept of it: forms never get to see them. They are
 * left out when the new one leads to another place.
 */
export async function completeConfig(
  trx: MetadataTransaction,
  config: Config,
  source: Pick<RowOf<'sources'>, 'id' | 'organization_id' | 'type' | 'config' | 'encrypted_secrets'>,
  changed: SourceConfig,
): Promise<SourceConfig> {
  if (source.encrypted_secrets === null || !leadsToSamePlace(source.type, source.config, changed)) {
    return changed;
  }
  const { secrets } = splitSecrets(source.type, await openConfig(trx, config, source));
  return joinSecrets(changed, secrets);
}

/**
 * Whether two configurations lead to the same place. A secret that is kept must not go anywhere else: whoever may edit
 * a source could send it to a server of their own.
 */
function leadsToSamePlace(type: string, left: SourceConfig, right: SourceConfig): boolean {
  return areSameAt('x-target', type, left, right);
}

/**
 * The person who has to own the sign-in that a changed configuration reads with: nobody while it reads the same with
 * the same, which others may go on to use.
 */
export function whoChooses(
  type: string,
  before: SourceConfig | undefined,
  changed: SourceConfig,
  actor: Pick<Actor, 'userId'>,
): UserId | null | undefined {
  return before !== undefined && areSameAt('x-owned', type, before, changed) ? undefined : actor.userId;
}

function areSameAt(
  mark: 'x-target' | 'x-owned',
  type: string,
  left: SourceConfig,
  right: SourceConfig,
): boolean {
  return markedPaths(connectorFor(type).info.spec, mark).every((path) =>
    isDeepStrictEqual(valueAt(left, path), valueAt(right, path)),
  );
}

/**
 * The host that a source is loaded from, by which loads take turns: of its address, or its kind where that has but one
 * address. undefined for a file.
 */
export function hostOfSource(type: string, config: SourceConfig): string | undefined {
  const { capabilities, info } = connectorFor(type);
  if (capabilities.delivers === 'file') return undefined;
  const targets = markedPaths(info.spec, 'x-target').map((path) => valueAt(config, path));
  const address = targets.find((target) => typeof target === 'string' && target !== '');
  if (typeof address === 'string') return (URL.parse(address)?.host || address).toLowerCase();
  // One of the service's own servers, chosen by name.
  const chosen = targets.find(isObject)?.['kind'];
  return typeof chosen === 'string' ? `${type} ${chosen}` : type;
}

const purposeOf = (sourceId: string): string => `source ${sourceId}`;

/** The secrets of a source as `encrypted_secrets` keeps them; null when it has none. */
export async function encryptSecrets(
  trx: MetadataTransaction,
  config: Config,
  source: { readonly id: string; readonly organizationId: OrganizationId },
  secrets: Secrets,
): Promise<string | null> {
  if (Object.keys(secrets).length === 0) return null;
  const keys = await organizationSecrets(trx, config, source.organizationId);
  return keys.encrypt(JSON.stringify(secrets), purposeOf(source.id));
}

/** The configuration of a source as it was entered, secrets included: for connectors only. */
export async function openConfig(
  trx: MetadataTransaction,
  config: Config,
  source: Pick<RowOf<'sources'>, 'id' | 'organization_id' | 'config' | 'encrypted_secrets'>,
): Promise<SourceConfig> {
  if (source.encrypted_secrets === null) return source.config;
  const keys = await organizationSecrets(trx, config, source.organization_id);
  // Written by encryptSecrets only.
  const secrets = JSON.parse(keys.decrypt(source.encrypted_secrets, purposeOf(source.id))) as Secrets;
  return joinSecrets(source.config, secrets);
}

/** Settings as a connector parsed them are a JSON object: each one's schema is an object. */
export function asConfig(settings: unknown): SourceConfig {
  if (!isObject(settings)) throw new Error('settings of a source are an object');
  return settings;
}

function valueAt(config: SourceConfig, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), config);
}

function withValue(config: SourceConfig, path: string, value: unknown): SourceConfig {
  const [first = '', ...rest] = path.split('.');
  const inner = config[first];
  const changed =
    rest.length === 0 ? value : isObject(inner) ? withValue(inner, rest.join('.'), value) : inner;
  const { [first]: _old, ...others } = config;
  return changed === undefined ? others : { ...others, [first]: changed };
}

function isObject(value: unknown): value is SourceConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
