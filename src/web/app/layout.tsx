import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { themeCookie } from '../theme-cookie.ts';
import '../styles/globals.css';

export const metadata: Metadata = {
  title: { default: 'Dalgo', template: '%s · Dalgo' },
  description: 'Bring data in, clean and combine it by clicks, schedule it.',
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

/**
 * Reads the theme from a cookie, so that the first paint has it without an inline script. Reading the request also
 * makes every page render per request, which the nonces of the content security policy need.
 */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const theme = (await cookies()).get(themeCookie)?.value;
  return (
    <html lang="en" data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body>{children}</body>
    </html>
  );
}
