'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, type ReactNode } from 'react';
import { getMe } from '#contracts/accounts';
import { ApiError } from '../../api-error.ts';
import { refreshSession, useApi } from '../../api.ts';
import { chooseOrganization, setMe, useSession } from '../../session.ts';
import { ErrorState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

interface RequireSessionProps {
  /** Shown until it is known who is there; has the shape of the page. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

/** Lets only logged-in people through; others go to the login page and come back to where they wanted. */
export function RequireSession({ fallback, children }: RequireSessionProps) {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const status = useSession((state) => state.status);
  const knowsMe = useSession((state) => state.me !== undefined);
  const chosen = useSession((state) => state.chosenOrganizationId);
  const home = useSession((state) => state.user?.id);

  useEffect(() => {
    if (status !== 'unknown') return;
    refreshSession().catch((error: unknown) => {
      // A refusal has ended the session already, which leads to the login page below.
      if (!(error instanceof ApiError) || error.isTransient) {
        toast.problem(error);
        useSession.setState({ status: 'out' });
      }
    });
  }, [status]);

  useEffect(() => {
    if (status !== 'out') return;
    const here = pathname + (search ? `?${search}` : '');
    router.replace(here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`);
  }, [status, pathname, search, router]);

  const { data, error, mutate } = useApi(getMe, status === 'in' ? {} : null, { keepPreviousData: false });
  useEffect(() => {
    if (data) setMe(data);
  }, [data]);
  useEffect(() => {
    // No longer a member of the chosen organization: back to one's own.
    if (chosen && error instanceof ApiError && (error.status === 403 || error.status === 404)) {
      chooseOrganization(undefined);
    }
  }, [chosen, error]);

  if (status === 'in' && knowsMe)
    return (
      <div key={`${home}:${chosen}`} className="contents">
        {children}
      </div>
    );
  if (status === 'in' && error !== undefined && !chosen) {
    return (
      <main className="mx-auto max-w-lg p-6">
        <ErrorState error={error} onRetry={() => void mutate()} />
      </main>
    );
  }
  return fallback;
}
