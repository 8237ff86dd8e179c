import type { ReactNode } from 'react';
import { Providers } from '../../providers.tsx';
import { AppShell } from '../../features/shell/app-shell.tsx';

export default function DashboardLayout({ children }: { readonly children: ReactNode }) {
  return (
    <Providers>
      <AppShell>{children}</AppShell>
    </Providers>
  );
}
