'use client';

import { Button, LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/states.tsx';

interface ErrorPageProps {
  readonly error: Error;
  readonly reset: () => void;
}

/** A mistake of ours in drawing a page: said in words, with the way out; the other pages go on. */
export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <div className="mx-auto flex max-w-xl flex-col gap-3 p-6">
      <h1 className="text-xl font-semibold">This page could not be shown</h1>
      <ErrorState error={error} title="Something went wrong in drawing it" />
      <div className="flex gap-2">
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
        <LinkButton href="/">Go home</LinkButton>
      </div>
    </div>
  );
}
