'use client';

import { clsx } from 'clsx';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useSession } from '../../session.ts';
import { IconButton } from '../../ui/button.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { Logo } from './logo.tsx';
import { isCurrent, navigation, settingsItem, type NavigationItem } from './navigation.ts';
import { useStoredFlag } from './use-stored-flag.ts';

/** Places of the product, at the left of wide screens; folds to its icons and remembers that. */
export function LeftRail() {
  const [isFolded, setFolded] = useStoredFlag('dalgo_rail_folded');
  const Fold = isFolded ? PanelLeftOpen : PanelLeftClose;
  return (
    <nav
      aria-label="Main"
      className={clsx(
        'hidden shrink-0 flex-col gap-0.5 border-e border-line bg-surface p-2 md:flex',
        isFolded ? 'w-[52px]' : 'w-[184px]',
      )}
    >
      <Link href="/" aria-label="Dalgo, home" className="mb-2 flex h-9 items-center rounded-md px-1.5">
        <Logo isSmall={isFolded} />
      </Link>
      {navigation.map((item) => (
        <RailLink key={item.href} item={item} isFolded={isFolded} />
      ))}
      <div className="mt-auto flex flex-col gap-0.5">
        <RailLink item={settingsItem} isFolded={isFolded} />
        <IconButton
          label={isFolded ? 'Show names' : 'Fold the menu'}
          icon={<Fold aria-hidden className="size-4" />}
          tooltipSide="right"
          onClick={() => setFolded(!isFolded)}
          className="text-muted"
        />
      </div>
    </nav>
  );
}

function RailLink({ item, isFolded }: { readonly item: NavigationItem; readonly isFolded: boolean }) {
  const isHere = isCurrent(item.href, usePathname());
  const isAllowed = useSession((state) => state.me?.permissions.includes(item.permission) ?? true);
  if (!isAllowed) return null;
  const Icon = item.icon;
  const link = (
    <Link
      href={item.href}
      aria-current={isHere ? 'page' : undefined}
      aria-label={isFolded ? item.label : undefined}
      className={clsx(
        'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-base',
        isHere ? 'bg-accent-soft font-medium text-accent-ink' : 'text-ink hover:bg-hover',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {isFolded ? null : <span className="truncate">{item.label}</span>}
    </Link>
  );
  return isFolded ? (
    <Tooltip content={item.label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

/** The same places at the bottom of a phone, under the thumb. */
export function BottomBar() {
  const pathname = usePathname();
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 justify-around border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {navigation.map(({ href, label, icon: Icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={isCurrent(href, pathname) ? 'page' : undefined}
          className={clsx(
            'flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 px-0.5 text-xs',
            isCurrent(href, pathname) ? 'font-medium text-accent-ink' : 'text-muted',
          )}
        >
          <Icon aria-hidden className="size-5" />
          <span className="max-w-full truncate">{label === 'Transformations' ? 'Transform' : label}</span>
        </Link>
      ))}
    </nav>
  );
}
