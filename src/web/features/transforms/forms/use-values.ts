import { useEffect, useState } from 'react';
import { distinctValues } from '#contracts/transformations';
import type { EndpointResponse } from '#contracts/endpoint';
import type { RecipeStep } from '#contracts/recipe';
import { call } from '../../../api.ts';

type Values = EndpointResponse<typeof distinctValues>;

interface ValuesOf {
  /** Steps up to where the values are wanted. */
  readonly steps: readonly RecipeStep[];
  readonly column: string;
  readonly search?: string;
  readonly limit: number;
  /** Another value reads them anew. */
  readonly dataVersion: number;
}

export interface ValuesState {
  readonly data: Values | undefined;
  readonly error: unknown;
}

/** Values of a column with their counts, most frequent first; a moment after the last change of what is asked. */
export function useValues(of: ValuesOf | null): ValuesState {
  const [state, setState] = useState<ValuesState & { readonly question?: string }>({
    data: undefined,
    error: undefined,
  });
  const question = of === null ? null : JSON.stringify(of);
  useEffect(() => {
    if (question === null) return undefined;
    // What was just written as JSON is the same again.
    const { steps, column, search, limit } = JSON.parse(question) as ValuesOf;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call(
        distinctValues,
        {
          body: {
            recipe: { steps: [...steps] },
            up_to_step: steps.length - 1,
            column,
            limit,
            ...(search ? { search } : {}),
          },
        },
        { signal: abort.signal },
      ).then(
        (data) => setState({ data, error: undefined, question }),
        (error: unknown) =>
          abort.signal.aborted ? undefined : setState({ data: undefined, error, question }),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question]);
  return question === null ? { data: undefined, error: undefined } : state;
}
