import type { ColumnType } from '#contracts/column-types';

/** What a person decided about the columns of one stream, by the path of the field. */
export type ColumnChoice = Readonly<
  Record<string, { readonly load?: false | undefined; readonly type?: ColumnType | undefined }>
>;
/** By the name of the stream: `columns` of a source's configuration. */
export type ColumnChoices = Readonly<Record<string, ColumnChoice>>;

export function isLoaded(choice: ColumnChoice, path: string): boolean {
  return choice[path]?.load !== false;
}

/** A field within a list that is left out is left out with it. */
export function isWithinLeftOut(choice: ColumnChoice, path: string): boolean {
  return [...path.matchAll(/\./g)].some(({ index }) => !isLoaded(choice, path.slice(0, index)));
}

export function withLoaded(choice: ColumnChoice, path: string, isWanted: boolean): ColumnChoice {
  const { type } = choice[path] ?? {};
  return withField(choice, path, { type, load: isWanted ? undefined : false });
}

/** @param type undefined: as it was found out. */
export function withType(choice: ColumnChoice, path: string, type: ColumnType | undefined): ColumnChoice {
  return withField(choice, path, { load: choice[path]?.load, type });
}

function withField(
  choice: ColumnChoice,
  path: string,
  { load, type }: { readonly load: false | undefined; readonly type: ColumnType | undefined },
): ColumnChoice {
  const { [path]: _old, ...others } = choice;
  if (load === undefined && type === undefined) return others;
  return {
    ...others,
    [path]: { ...(load === undefined ? {} : { load }), ...(type === undefined ? {} : { type }) },
  };
}

/** For a configuration: without streams of which nothing was decided. */
export function choicesToConfig(choices: ColumnChoices): { readonly columns?: ColumnChoices } {
  const filled = Object.entries(choices).filter(([, choice]) => Object.keys(choice).length > 0);
  return filled.length === 0 ? {} : { columns: Object.fromEntries(filled) };
}

/** `columns` of a configuration that was saved. */
export function choicesOfConfig(config: Readonly<Record<string, unknown>>): ColumnChoices {
  const { columns } = config;
  // The server lets nothing else be saved there.
  return typeof columns === 'object' && columns !== null ? (columns as ColumnChoices) : {};
}
