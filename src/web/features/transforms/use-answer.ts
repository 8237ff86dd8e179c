import { useEffect, useRef, useState } from 'react';

export interface AnswerState<Answer> {
  /** The newest answer, also while a newer question is asked. */
  readonly data: Answer | undefined;
  /** `data` or `error` belongs to the question that is asked now. */
  readonly isCurrent: boolean;
  readonly error: unknown;
}

/**
 * Asks something whenever the question changes: after a pause for those who type, and with the request before aborted.
 *
 * @param question what decides the answer, as text; null asks nothing
 * @param ask reads from the render in which the question became this one
 * @param delay milliseconds without a change before it is asked
 */
export function useAnswer<Answer>(
  question: string | null,
  ask: (signal: AbortSignal) => Promise<Answer>,
  delay = 0,
): AnswerState<Answer> {
  const [state, setState] = useState<{ question: string | null; data: Answer | undefined; error: unknown }>({
    question: null,
    data: undefined,
    error: undefined,
  });
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (question === null) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      latest.current(abort.signal).then(
        (data) => (abort.signal.aborted ? undefined : setState({ question, data, error: undefined })),
        (error: unknown) =>
          abort.signal.aborted ? undefined : setState({ question, data: undefined, error }),
      );
    }, delay);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question, delay]);
  const isCurrent = state.question === question;
  return question === null
    ? { data: undefined, isCurrent: true, error: undefined }
    : { data: state.data, isCurrent, error: isCurrent ? state.error : undefined };
}
