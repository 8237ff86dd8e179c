import { useMemo } from 'react';
import type { EndpointResponse } from '#contracts/endpoint';
import type { RecipeStep } from '#contracts/recipe';
import { distinctValues, previewRecipe } from '#contracts/transformations';
import { call } from '../../../api.ts';
import { useAnswer, type AnswerState } from '../use-answer.ts';

interface ValuesOf {
  /** Steps up to where the values are wanted. */
  readonly steps: readonly RecipeStep[];
  readonly column: string;
  readonly search?: string;
  readonly limit: number;
  /** Another value reads them anew. */
  readonly dataVersion: number;
}

/** Values of a column with their counts, most frequent first; a moment after the last change of what is asked. */
export function useValues(of: ValuesOf | null): AnswerState<EndpointResponse<typeof distinctValues>> {
  return useAnswer(
    of === null ? null : JSON.stringify(of),
    async (signal) => {
      const { steps = [], column = '', search, limit = 0 } = of ?? {};
      const body = {
        recipe: { steps: [...steps] },
        up_to_step: steps.length - 1,
        column,
        limit,
        ...(search ? { search } : {}),
      };
      return call(distinctValues, { body }, { signal });
    },
    150,
  );
}

/**
 * The most frequent texts of a column with their counts, without empty cells; undefined until they are known. Enough
 * of them to find what is spelt or written in several ways.
 */
export function useTextValues(
  of: Pick<ValuesOf, 'steps' | 'column' | 'dataVersion'> | null,
): readonly { readonly value: string; readonly count: number }[] | undefined {
  const { data } = useValues(of === null ? null : { ...of, limit: 500 });
  return useMemo(() => (data === undefined ? undefined : textValues(data)), [data]);
}

/** The texts among values, without those that are only spaces. */
export function textValues(
  data: EndpointResponse<typeof distinctValues> | undefined,
): readonly { readonly value: string; readonly count: number }[] {
  return (
    data?.values.flatMap(({ value, count }) =>
      typeof value === 'string' && value.trim() !== '' ? [{ value, count }] : [],
    ) ?? []
  );
}

/** Values of nested data in the first rows: they cannot be grouped, so they are not counted. */
export function useFirstValues(
  of: Pick<ValuesOf, 'steps' | 'column' | 'dataVersion'> | null,
): readonly unknown[] | undefined {
  const { data } = useAnswer(of === null ? null : JSON.stringify(of), async (signal) => {
    const { steps = [], column = '' } = of ?? {};
    const { rows } = await call(
      previewRecipe,
      { body: { recipe: { steps: [...steps] }, limit: 200 } },
      { signal },
    );
    return rows.map((row) => row[column]);
  });
  return data;
}
