'use client';

import { Search, Settings, WifiOff } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useConnection } from '../../events.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { NotificationBell } from '../notifications/notification-bell.tsx';
import { OrganizationSwitcher } from './organization-switcher.tsx';
import { UserMenu } from './user-menu.tsx';

const CommandPalette = dynamic(async () => (await import('./command-palette.tsx')).CommandPalette, {
  ssr: false,
});

export function TopBar() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen((old) => !old);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
      <OrganizationSwitcher />
      <div className="ms-auto flex items-center gap-2">
        <ConnectionNotice />
        <button
          type="button"
          onClick={() => setOpen(true)}
          className="flex h-8 touch-target items-center justify-center gap-2 rounded-md border border-line bg-canvas px-2.5 text-muted hover:bg-hover md:w-56 md:justify-start"
        >
          <Search aria-hidden className="size-4" />
          <span className="max-md:sr-only">Search</span>
          <kbd aria-hidden className="ms-auto font-sans text-xs max-md:hidden">
            Ctrl K
          </kbd>
        </button>
        <Link
          href="/settings"
          aria-label="Settings"
          className="flex size-8 touch-target items-center justify-center rounded-md text-muted hover:bg-hover md:hidden"
        >
          <Settings aria-hidden className="size-5" />
        </Link>
        <NotificationBell />
        <UserMenu />
      </div>
      {isOpen ? <CommandPalette onClose={() => setOpen(false)} /> : null}
    </header>
  );
}

/** Says that what one sees may be old; only when it lasts, since a short break heals by itself. */
function ConnectionNotice() {
  const isLive = useConnection((state) => state.isLive);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(!isLive), isLive ? 0 : 6000);
    return () => clearTimeout(timer);
  }, [isLive]);
  return (
    <div role="status">
      {isShown ? (
        <Tooltip
          content="The server cannot be reached. Numbers may be old; what you saved is safe."
          side="bottom"
        >
          <span className="flex items-center gap-1.5 rounded-full bg-warning-soft px-2 py-1 text-xs font-medium text-warning">
            <WifiOff aria-hidden className="size-3.5" />
            <span className="max-sm:sr-only">No live connection, trying again</span>
          </span>
        </Tooltip>
      ) : null}
    </div>
  );
}
