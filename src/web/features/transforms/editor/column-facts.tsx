'use client';

import { createContext, use, useMemo, type ReactNode } from 'react';
import type { RecipeStep } from '#contracts/recipe';
import { profileRecipe } from '#contracts/transformations';
import type { ColumnProfile, TableColumn, TableProfile } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { suggestSteps, type StepSuggestion } from '../model/suggest-steps.ts';
import { useAnswer } from '../use-answer.ts';

export interface ColumnFacts {
  /** Steps whose data is described. */
  readonly steps: readonly RecipeStep[];
  /** undefined while it is counted, or when it cannot be. */
  readonly profile: TableProfile | undefined;
  readonly byName: ReadonlyMap<string, ColumnProfile>;
  readonly suggestions: readonly StepSuggestion[];
  /** Neither counted nor failed yet. */
  readonly isPending: boolean;
}

const nothing: ColumnFacts = {
  steps: [],
  profile: undefined,
  byName: new Map(),
  suggestions: [],
  isPending: false,
};
const FactsContext = createContext<ColumnFacts>(nothing);

/** What is in the columns that are shown. A context, since headers are not drawn anew for it. */
export function useColumnFacts(): ColumnFacts {
  return use(FactsContext);
}

/** Enough different values to find spellings of one thing among them. */
const TOP_VALUES = 200;
/** Of wide tables the first ones: the rest is counted when one asks for it. */
const MAX_COLUMNS = 60;

interface ColumnFactsProviderProps {
  /** null: nothing is shown that could be described. */
  readonly shown: { readonly steps: readonly RecipeStep[]; readonly columns: readonly TableColumn[] } | null;
  /** What the rows depend on. */
  readonly version: string;
  readonly children: ReactNode;
}

/** Describes the columns on a sample, after the rows have come: they matter more. */
export function ColumnFactsProvider({ shown, version, children }: ColumnFactsProviderProps) {
  const columns = shown?.columns ?? [];
  const { data, isCurrent } = useAnswer(
    shown === null || columns.length === 0 ? null : version,
    (signal) =>
      call(
        profileRecipe,
        {
          body: {
            recipe: { steps: [...(shown?.steps ?? [])] },
            columns: columns.slice(0, MAX_COLUMNS).map(({ name }) => name),
            top: TOP_VALUES,
          },
        },
        { signal },
      ),
    400,
  );
  const profile = isCurrent ? data : undefined;
  const facts = useMemo<ColumnFacts>(
    () => ({
      steps: shown?.steps ?? [],
      profile,
      byName: new Map(profile?.columns.map((one) => [one.name, one])),
      suggestions: profile === undefined ? [] : suggestSteps(shown?.columns ?? [], profile.columns),
      isPending: !isCurrent,
    }),
    // oxlint-disable-next-line react/exhaustive-deps -- `version` stands for the steps and their columns
    [profile, isCurrent, version],
  );
  return <FactsContext value={facts}>{children}</FactsContext>;
}
