'use client';

import { LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useSWRConfig } from 'swr';
import { logout } from '#contracts/accounts';
import { call } from '../../api.ts';
import { endSession, useSession } from '../../session.ts';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { initials } from './initials.ts';
import { applyTheme, currentTheme, type Theme } from './theme.ts';

const themes: readonly { readonly theme: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
  { theme: 'system', label: 'As this device', icon: Monitor },
];

export function UserMenu() {
  const router = useRouter();
  const { mutate } = useSWRConfig();
  const user = useSession((state) => state.user);
  const [theme, setTheme] = useState<Theme>();
  const name = user?.name ?? '';

  async function leave() {
    try {
      await call(logout, {});
    } catch (error) {
      toast.problem(error, 'You could not be logged out');
      return;
    }
    endSession();
    // Nothing of this person may be left in memory for the next one at this computer.
    await mutate(() => true, undefined, { revalidate: false });
    router.replace('/login');
  }

  return (
    <Menu
      trigger={
        <button
          type="button"
          onClick={() => setTheme(currentTheme())}
          className="flex size-8 shrink-0 touch-target items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent-ink hover:bg-hover"
        >
          <span aria-hidden>{initials(name)}</span>
          <span className="sr-only">Your account: {name}</span>
        </button>
      }
    >
      <MenuLabel>
        <bdi className="block max-w-60 truncate text-base font-medium text-ink">{name}</bdi>
        <bdi className="block max-w-60 truncate">{user?.email}</bdi>
      </MenuLabel>
      <MenuSeparator />
      {themes.map(({ theme: one, label, icon: Icon }) => (
        <MenuItem
          key={one}
          icon={<Icon aria-hidden />}
          isChecked={one === (theme ?? 'system')}
          onSelect={() => {
            applyTheme(one);
            setTheme(one);
          }}
        >
          {label}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem icon={<Settings aria-hidden />} onSelect={() => router.push('/settings')}>
        Settings
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void leave()}>
        Log out
      </MenuItem>
    </Menu>
  );
}
