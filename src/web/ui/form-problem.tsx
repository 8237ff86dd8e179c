import { CircleAlert } from 'lucide-react';
import { describeError } from '../api-error.ts';

/** What went wrong with a form as a whole, above its fields. */
export function FormProblem({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  const { message, hint } = describeError(error);
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-danger-soft px-3 py-2 text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>
        {message} {hint}
      </p>
    </div>
  );
}
