import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { displayName, id, noContent, timestamp } from './primitives.ts';

export const role = z.enum(['owner', 'admin', 'editor', 'viewer']);
export type Role = z.infer<typeof role>;

export const permission = z.enum([
  'organization:read',
  'organization:manage',
  'members:manage',
  'sources:read',
  'sources:write',
  'sources:run',
  'data:read',
  'data:export',
  'transformations:read',
  'transformations:write',
  'transformations:run',
  'pipelines:read',
  'pipelines:write',
  'pipelines:run',
]);
export type Permission = z.infer<typeof permission>;

const email = z.string().trim().toLowerCase().max(254).pipe(z.email('This is not an e-mail address'));
/** New passwords: length is the only rule that helps; a list of common ones is checked by the server. */
const newPassword = z.string().min(10, 'Use at least 10 characters').max(256, 'Use at most 256 characters');

export const user = z.object({ id, email: z.string(), name: z.string() });
export type User = z.infer<typeof user>;

export const organization = z.object({
  id,
  name: z.string(),
  timezone: z.string(),
  /** BCP 47; decides digit grouping and date words ("en-IN" → 12,34,567). */
  locale: z.string(),
  /** 1–12; India's fiscal year starts in April (4). */
  fiscal_year_start_month: z.number().int().min(1).max(12),
  created_at: timestamp,
});
export type Organization = z.infer<typeof organization>;

export const session = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.number().int(),
  user,
  organization,
});
export type Session = z.infer<typeof session>;

export const me = z.object({
  user,
  organization,
  role,
  permissions: z.array(permission),
  organizations: z.array(z.object({ id, name: z.string(), role })),
});
export type Me = z.infer<typeof me>;

export const member = z.object({ user, role, joined_at: timestamp });
export type Member = z.infer<typeof member>;

export const signup = endpoint({
  method: 'POST',
  path: '/auth/signup',
  summary: 'Create a user and an organization',
  tag: 'Accounts',
  public: true,
  body: z.strictObject({
    email,
    password: newPassword,
    name: displayName,
    organization_name: displayName,
    timezone: z.string().max(64).optional(),
    locale: z.string().max(35).optional(),
  }),
  response: session,
  status: 201,
});

export const login = endpoint({
  method: 'POST',
  path: '/auth/login',
  summary: 'Log in',
  tag: 'Accounts',
  public: true,
  body: z.strictObject({ email, password: z.string().min(1, 'Enter your password').max(256) }),
  response: session,
});

export const refresh = endpoint({
  method: 'POST',
  path: '/auth/refresh',
  summary: 'Exchange the refresh cookie for a new access token',
  tag: 'Accounts',
  public: true,
  response: session,
});

export const logout = endpoint({
  method: 'POST',
  path: '/auth/logout',
  summary: 'End this session',
  tag: 'Accounts',
  public: true,
  response: noContent,
  status: 204,
});

export const getMe = endpoint({
  method: 'GET',
  path: '/auth/me',
  summary: 'Who I am and what I may do',
  tag: 'Accounts',
  response: me,
});

export const changePassword = endpoint({
  method: 'POST',
  path: '/auth/password',
  summary: 'Change my password; every other session ends',
  tag: 'Accounts',
  body: z.strictObject({ current_password: z.string().min(1).max(256), new_password: newPassword }),
  response: noContent,
  status: 204,
});

export const updateOrganization = endpoint({
  method: 'PATCH',
  path: '/organization',
  summary: 'Change the name, locale, timezone or fiscal year of the organization',
  tag: 'Accounts',
  body: z.strictObject({
    name: displayName.optional(),
    timezone: z.string().max(64).optional(),
    locale: z.string().max(35).optional(),
    fiscal_year_start_month: z.number().int().min(1).max(12).optional(),
  }),
  response: organization,
});

export const listMembers = endpoint({
  method: 'GET',
  path: '/organization/members',
  summary: 'People of the organization',
  tag: 'Accounts',
  response: z.object({ items: z.array(member), next_cursor: z.string().nullable() }),
});

export const addMember = endpoint({
  method: 'POST',
  path: '/organization/members',
  summary: 'Add a person; a new user gets a one-time password, shown once',
  tag: 'Accounts',
  body: z.strictObject({ email, name: displayName, role }),
  response: z.object({ member, one_time_password: z.string().nullable() }),
  status: 201,
});

export const updateMember = endpoint({
  method: 'PATCH',
  path: '/organization/members/:user_id',
  summary: 'Change the role of a person',
  tag: 'Accounts',
  params: z.object({ user_id: id }),
  body: z.strictObject({ role }),
  response: member,
});

export const removeMember = endpoint({
  method: 'DELETE',
  path: '/organization/members/:user_id',
  summary: 'Remove a person from the organization; their sessions in it end',
  tag: 'Accounts',
  params: z.object({ user_id: id }),
  response: noContent,
  status: 204,
});
