'use client';

import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { AlertDialog, Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { useFocusReturn } from './use-focus-return.ts';

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  readonly size?: 'sm' | 'md' | 'lg' | 'full';
  /** A click beside it does not close it: for forms whose content would be lost. */
  readonly isSticky?: boolean;
  readonly children?: ReactNode;
}

const widths = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-4xl', full: 'sm:max-w-[1240px]' };

/** A window over the page; on a phone it fills the screen. Escape closes, focus stays inside and returns after. */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  footer,
  size = 'md',
  isSticky,
  children,
}: DialogProps) {
  const onCloseAutoFocus = useFocusReturn(isOpen);
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-overlay" />
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusContent}
          onInteractOutside={(event) => (isSticky ? event.preventDefault() : undefined)}
          className={clsx(
            'fixed inset-0 z-50 m-auto flex h-dvh w-full animate-fade-in flex-col bg-surface shadow-dialog outline-none sm:h-fit sm:max-h-[calc(100dvh-3rem)] sm:w-[calc(100%-3rem)] sm:rounded-lg',
            widths[size],
            size === 'full' && 'sm:h-[calc(100dvh-3rem)]',
          )}
        >
          <header className="flex items-start gap-3 border-b border-line py-3 ps-5 pe-3">
            <div className="min-w-0 flex-1 py-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-0.5 text-base text-muted">{description}</Radix.Description>
              ) : null}
            </div>
            <IconButton label="Close" icon={<X aria-hidden className="size-4" />} onClick={onClose} />
          </header>
          {children ? (
            <div
              className={clsx('min-h-0 flex-1 overflow-y-auto px-5 py-4', size === 'full' && 'flex flex-col')}
            >
              {children}
            </div>
          ) : null}
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Begins at the first field, or at the window itself so that it is read aloud; not at its Close button. */
function focusContent(event: Event): void {
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement)) return;
  event.preventDefault();
  if (content.contains(document.activeElement)) return;
  const field = content.querySelector<HTMLElement>(
    'input:not([type=file]):not([readonly]):not(:disabled), textarea, select, [data-autofocus]',
  );
  (field ?? content).focus({ preventScroll: true });
}

interface SidePanelProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly footer?: ReactNode;
  readonly side?: 'start' | 'end';
  /** false: the page beside it stays usable, for instance a grid that shows the effect of what one edits. */
  readonly isModal?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A panel at the side of the page; on a phone it fills the screen. */
export function SidePanel({
  isOpen,
  onClose,
  title,
  description,
  footer,
  side = 'end',
  isModal = true,
  className,
  children,
}: SidePanelProps) {
  const onCloseAutoFocus = useFocusReturn(isOpen);
  return (
    <Radix.Root open={isOpen} modal={isModal} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        {isModal ? <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-overlay" /> : null}
        <Radix.Content
          onCloseAutoFocus={onCloseAutoFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusContent}
          onInteractOutside={(event) => (isModal ? undefined : event.preventDefault())}
          className={clsx(
            'fixed inset-y-0 z-50 flex w-full animate-slide-in flex-col bg-surface shadow-dialog outline-none sm:w-[420px]',
            side === 'end' ? 'end-0' : 'start-0',
            className,
          )}
        >
          {/* Not a header element: beside a page that stays usable it would be a second banner. */}
          <div className="flex items-start gap-3 border-b border-line py-2.5 ps-4 pe-2.5">
            <div className="min-w-0 flex-1 py-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="text-sm text-muted">{description}</Radix.Description>
              ) : null}
            </div>
            <IconButton label="Close" icon={<X aria-hidden className="size-4" />} onClick={onClose} />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: ReactNode;
  /** What will happen and what depends on it. */
  readonly children: ReactNode;
  /** The act itself: "Delete source", never "OK". */
  readonly confirmLabel: string;
  readonly isDangerous?: boolean;
  readonly isBusy?: boolean;
}

export function ConfirmDialog({
  isOpen,
  onClose,
  onConfirm,
  title,
  children,
  confirmLabel,
  isDangerous,
  isBusy,
}: ConfirmDialogProps) {
  const onCloseAutoFocus = useFocusReturn(isOpen);
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-50 animate-fade-in bg-overlay" />
        <AlertDialog.Content
          onCloseAutoFocus={onCloseAutoFocus}
          className="fixed inset-0 z-50 m-auto flex h-fit max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-md animate-fade-in flex-col gap-3 overflow-y-auto rounded-lg bg-surface p-5 shadow-dialog"
        >
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="text-base text-muted">{children}</div>
          </AlertDialog.Description>
          <div className="mt-2 flex flex-wrap justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button
              variant={isDangerous ? 'danger' : 'primary'}
              {...(isBusy === undefined ? {} : { isBusy })}
              onClick={onConfirm}
            >
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
