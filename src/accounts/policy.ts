import type { Permission, Role } from '#contracts/accounts';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';

const read = [
  'organization:read',
  'sources:read',
  'data:read',
  'data:export',
  'transformations:read',
  'pipelines:read',
] as const satisfies readonly Permission[];
const write = [
  'sources:write',
  'sources:run',
  'transformations:write',
  'transformations:run',
  'pipelines:write',
  'pipelines:run',
] as const satisfies readonly Permission[];
const manage = ['organization:manage', 'members:manage'] as const satisfies readonly Permission[];

/** What each role may do. What is not here is refused. */
const permissionsOfRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(read),
  editor: new Set([...read, ...write]),
  admin: new Set([...read, ...write, ...manage]),
  owner: new Set([...read, ...write, ...manage]),
};

export function permissionsOf(role: Role): readonly Permission[] {
  return [...permissionsOfRole[role]];
}

/** @example if (may(actor, 'sources:write')) … */
export function may(actor: Actor, permission: Permission): boolean {
  return permissionsOfRole[actor.role].has(permission);
}

/** @throws AppError forbidden */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (!may(actor, permission)) {
    throw new AppError('forbidden', `Your role (${actor.role}) does not include "${permission}".`);
  }
}

/** Whoever may manage members may give or take any role but owner, which only an owner gives or takes. */
export function mayChangeRole(actor: Actor, from: Role | null, to: Role | null): boolean {
  if (!may(actor, 'members:manage')) return false;
  return actor.role === 'owner' || (from !== 'owner' && to !== 'owner');
}
