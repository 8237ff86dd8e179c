import { CircleAlert, CircleCheck } from 'lucide-react';

interface TestVerdictProps {
  readonly verdict: { readonly ok: boolean; readonly message: string };
}

/** What a test of a connection found, in words. */
export function TestVerdict({ verdict }: TestVerdictProps) {
  return (
    <p role="status" className={`flex gap-2 ${verdict.ok ? 'text-success' : 'text-danger'}`}>
      {verdict.ok ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
      ) : (
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      )}
      {verdict.message}
    </p>
  );
}
