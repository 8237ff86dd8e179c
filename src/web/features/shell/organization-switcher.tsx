'use client';

import { Building2, ChevronsUpDown } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { chooseOrganization, useSession } from '../../session.ts';
import { Menu, MenuItem, MenuLabel } from '../../ui/menu.tsx';

/** The organization one works in; a menu for who belongs to several. */
export function OrganizationSwitcher() {
  const router = useRouter();
  const organization = useSession((state) => state.organization);
  const organizations = useSession((state) => state.me?.organizations) ?? [];
  const name = (
    <>
      <Building2 aria-hidden className="size-4 shrink-0 text-muted" />
      <bdi className="truncate font-medium">{organization?.name}</bdi>
    </>
  );
  if (organizations.length < 2) {
    return <div className="flex min-w-0 items-center gap-2 px-1">{name}</div>;
  }
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Organization: ${organization?.name ?? ''}. Change`}
          className="flex h-9 min-w-0 touch-target items-center gap-2 rounded-md px-2 hover:bg-hover"
        >
          {name}
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </button>
      }
    >
      <MenuLabel>Work in</MenuLabel>
      {organizations.map((one) => (
        <MenuItem
          key={one.id}
          isChecked={one.id === organization?.id}
          hint={one.role}
          onSelect={() => {
            // What is open belongs to the other organization; its home is the one place that always exists.
            router.push('/');
            chooseOrganization(one.id);
          }}
        >
          <bdi>{one.name}</bdi>
        </MenuItem>
      ))}
    </Menu>
  );
}
