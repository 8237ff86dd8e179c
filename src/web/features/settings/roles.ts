import type { Role } from '#contracts/accounts';
import type { SelectOption } from '../../ui/select.tsx';

export const roleLabels: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
};

export const roleHelp: Record<Role, string> = {
  owner: 'May do everything, also with other owners',
  admin: 'Manages people and settings, and everything an editor does',
  editor: 'Adds sources, builds transformations and pipelines, runs them',
  viewer: 'Sees everything and changes nothing',
};

export const roles: readonly Role[] = ['owner', 'admin', 'editor', 'viewer'];

export const roleOptions: readonly SelectOption<Role>[] = roles.map((role) => ({
  value: role,
  label: roleLabels[role],
}));
