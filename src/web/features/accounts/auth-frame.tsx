import type { ReactNode } from 'react';
import { Logo } from '../shell/logo.tsx';

/** One column, nothing beside it. */
export function AuthFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col px-4 py-10 sm:py-[12vh]">
      <Logo className="mb-8" />
      <h1 className="mb-5 text-xl font-semibold">{title}</h1>
      {children}
    </main>
  );
}
