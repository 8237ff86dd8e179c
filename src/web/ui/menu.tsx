'use client';

import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly children: ReactNode;
}

/**
 * @example
 * <Menu trigger={<IconButton label="More" icon={<Ellipsis />} />}>
 *   <MenuItem icon={<Pencil />} onSelect={rename}>Rename</MenuItem>
 *   <MenuSeparator />
 *   <MenuItem isDangerous onSelect={remove}>Delete…</MenuItem>
 * </Menu>
 */
export function Menu({ trigger, align = 'end', side = 'bottom', children }: MenuProps) {
  return (
    // Not modal: hiding the page behind a small list from screen readers confuses more than it helps.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        {/* It is drawn at the end of the page, where it would belong to no part of it. */}
        <section aria-label="Menu">
          <DropdownMenu.Content
            align={align}
            side={side}
            sideOffset={4}
            collisionPadding={8}
            className="z-55 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-pop-in overflow-y-auto rounded-md bg-surface p-1 shadow-pop"
          >
            {children}
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuAtProps {
  /** Place in the window, in pixels; undefined: closed. */
  readonly point: { readonly x: number; readonly y: number } | undefined;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A menu where the pointer is, for what has no button of its own. */
export function MenuAt({ point, onClose, children }: MenuAtProps) {
  if (point === undefined) return null;
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => (open ? undefined : onClose())}>
      <DropdownMenu.Trigger asChild>
        <span
          aria-hidden
          className="fixed size-0"
          style={{ insetInlineStart: 'auto', left: point.x, top: point.y }}
        />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <section aria-label="Menu">
          <DropdownMenu.Content
            aria-label="Actions"
            align="start"
            collisionPadding={8}
            className="z-55 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 animate-pop-in overflow-y-auto rounded-md bg-surface p-1 shadow-pop"
          >
            {children}
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly icon?: ReactNode;
  /** Keys, for instance "Ctrl K". */
  readonly hint?: string;
  readonly isDangerous?: boolean;
  readonly isChecked?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({
  onSelect,
  icon,
  hint,
  isDangerous,
  isChecked,
  disabled,
  children,
}: MenuItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={clsx(
        'flex min-h-8 touch-target cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-base outline-none data-disabled:opacity-55 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0',
        isDangerous ? 'text-danger' : 'text-ink',
      )}
    >
      {icon}
      <span className="min-w-0 flex-1">{children}</span>
      {isChecked ? <Check aria-label="current" className="text-accent-ink" /> : null}
      {hint ? <kbd className="font-sans text-xs text-muted">{hint}</kbd> : null}
    </DropdownMenu.Item>
  );
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 py-1 text-xs text-muted">{children}</DropdownMenu.Label>;
}
