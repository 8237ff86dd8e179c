import { Database, House, Plug, Settings, Shuffle, Workflow, type LucideIcon } from 'lucide-react';
import type { Permission } from '#contracts/accounts';

export interface NavigationItem {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly permission: Permission;
}

/** The places of the product, in the order of the data's journey. */
export const navigation: readonly NavigationItem[] = [
  { href: '/', label: 'Home', icon: House, permission: 'organization:read' },
  { href: '/sources', label: 'Sources', icon: Plug, permission: 'sources:read' },
  { href: '/transformations', label: 'Transformations', icon: Shuffle, permission: 'transformations:read' },
  { href: '/pipelines', label: 'Pipelines', icon: Workflow, permission: 'pipelines:read' },
  { href: '/data', label: 'Data', icon: Database, permission: 'data:read' },
];

export const settingsItem: NavigationItem = {
  href: '/settings',
  label: 'Settings',
  icon: Settings,
  permission: 'organization:read',
};

/** A place is current on its own page and on those below it. */
export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
