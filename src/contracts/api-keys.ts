import { z } from 'zod';
import { user } from './accounts.ts';
import { endpoint } from './endpoint.ts';
import { displayName, id, idParams, noContent, timestamp } from './primitives.ts';

/** personal: does what its person may, and ends with the membership. organization: stays when people leave. */
export const apiKeyKind = z.enum(['personal', 'organization']);
export type ApiKeyKind = z.infer<typeof apiKeyKind>;

/** What a key may do at most; nobody's program is an owner. */
export const apiKeyRole = z.enum(['admin', 'editor', 'viewer']);
export type ApiKeyRole = z.infer<typeof apiKeyRole>;

export const apiKey = z.object({
  id,
  name: z.string(),
  kind: apiKeyKind,
  role: apiKeyRole,
  /** Whose it is; null for the organization's own. */
  user: user.nullable(),
  created_at: timestamp,
  /** null: never. */
  expires_at: timestamp.nullable(),
  last_used_at: timestamp.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

export const listApiKeys = endpoint({
  method: 'GET',
  path: '/api-keys',
  summary: 'My API keys; for those who manage the organization, everybody’s',
  tag: 'Accounts',
  response: z.object({ items: z.array(apiKey), next_cursor: z.string().nullable() }),
});

export const newApiKey = z.strictObject({
  name: displayName,
  kind: apiKeyKind.default('personal'),
  role: apiKeyRole,
  /** null: it never ends. */
  expires_in_days: z.number().int().min(1).max(3660).nullable().default(365),
});

export const createApiKey = endpoint({
  method: 'POST',
  path: '/api-keys',
  summary: 'Make an API key; it is shown this once',
  tag: 'Accounts',
  body: newApiKey,
  response: z.object({ key: apiKey, token: z.string() }),
  status: 201,
});

export const deleteApiKey = endpoint({
  method: 'DELETE',
  path: '/api-keys/:id',
  summary: 'Take a key back; what uses it is refused at once',
  tag: 'Accounts',
  params: idParams,
  response: noContent,
  status: 204,
});
