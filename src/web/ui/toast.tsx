'use client';

import { toast as sonner, Toaster as Sonner } from 'sonner';
import { describeError } from '../api-error.ts';

/** Where toasts appear; in the root once. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      duration={6000}
      closeButton
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'font-sans! flex w-full items-start gap-3 rounded-md bg-surface p-3 pe-9 text-base text-ink shadow-dialog sm:w-[356px]',
          title: 'font-medium',
          description: 'text-muted text-sm mt-0.5',
          icon: 'mt-0.5 shrink-0',
          success: '[&_[data-icon]]:text-success',
          error: '[&_[data-icon]]:text-danger',
          warning: '[&_[data-icon]]:text-warning',
          info: '[&_[data-icon]]:text-running',
          actionButton:
            'ms-auto shrink-0 self-center rounded-md px-2 py-1 text-sm font-medium text-accent-ink hover:bg-hover',
          closeButton: 'absolute end-2 top-2 text-muted hover:text-ink',
        },
      }}
    />
  );
}

interface ToastOptions {
  readonly description?: string;
  readonly action?: { readonly label: string; readonly onClick: () => void };
  /** The same id replaces an older toast instead of stacking. */
  readonly id?: string;
}

/**
 * @example toast.success('Beneficiaries is ready', { description: '12,456 rows' });
 * @example toast.problem(error)  // anything thrown: what happened and what to do
 */
export const toast = {
  success: (title: string, options?: ToastOptions) => sonner.success(title, options),
  info: (title: string, options?: ToastOptions) => sonner.info(title, options),
  warning: (title: string, options?: ToastOptions) => sonner.warning(title, options),
  error: (title: string, options?: ToastOptions) => sonner.error(title, { duration: 12_000, ...options }),
  problem: (error: unknown, title?: string) => {
    const { title: what, message, hint } = describeError(error);
    return sonner.error(title ?? what, {
      description: hint ? `${message} ${hint}` : message,
      duration: 12_000,
    });
  },
  dismiss: (id?: string) => sonner.dismiss(id),
};
