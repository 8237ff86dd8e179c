import { CircleAlert, CircleCheck } from 'lucide-react';

interface TestVerdictProps {
  readonly verdict: {
    readonly ok: boolean;
    readonly message: string;
    readonly hint?: string | undefined;
  };
}

/** What a test of a connection found, in words, and what to do. */
export function TestVerdict({ verdict }: TestVerdictProps) {
  return (
    <div role="status" className={`flex gap-2 ${verdict.ok ? 'text-success' : 'text-danger'}`}>
      {verdict.ok ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
      ) : (
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      )}
      <div className="min-w-0 wrap-anywhere">
        <p>{verdict.message}</p>
        {!verdict.ok && verdict.hint ? <p className="text-ink">{verdict.hint}</p> : null}
      </div>
    </div>
  );
}
