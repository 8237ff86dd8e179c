import type { Metadata } from 'next';
import { Suspense } from 'react';
import { GoogleReturn } from '../../../features/google/google-return.tsx';
import { Providers } from '../../../providers.tsx';

export const metadata: Metadata = { title: 'Signing in with Google' };

export default function Page() {
  return (
    <Providers>
      <Suspense>
        <GoogleReturn />
      </Suspense>
    </Providers>
  );
}
