import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';

/** The way back to the list that a page belongs to. */
export function BackLink({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <Link
      href={href}
      className="mb-1 -ms-1 inline-flex w-fit touch-target items-center gap-0.5 rounded-sm text-sm text-muted hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-4 rtl:rotate-180" />
      {children}
    </Link>
  );
}
