import type { Source } from '#contracts/sources';
import type { Transformation } from '#contracts/transformations';

export type SourceInfo = Pick<Source, 'id' | 'name' | 'warehouse_table_name'>;
export type TransformationInfo = Pick<Transformation, 'id' | 'name' | 'table_name' | 'depends_on'>;

export interface Catalogue {
  readonly sources: readonly SourceInfo[];
  readonly transformations: readonly TransformationInfo[];
}

export interface Contents {
  readonly sourceIds: readonly string[];
  readonly transformationIds: readonly string[];
}

/**
 * What the chosen transformations are made from, however far back, and what was not chosen: without it a run would
 * work on the data of some earlier day.
 */
export function missingDependencies(
  catalogue: Catalogue,
  contents: Contents,
): { readonly sources: readonly SourceInfo[]; readonly transformations: readonly TransformationInfo[] } {
  const needed = new Set<string>();
  const queue = catalogue.transformations.filter((one) => contents.transformationIds.includes(one.id));
  const seen = new Set(queue.map((one) => one.id));
  for (let current = queue.pop(); current; current = queue.pop()) {
    for (const table of current.depends_on) {
      needed.add(table);
      // A source's further tables are called source_<id>__<list> and come with it.
      if (table.startsWith('source_')) needed.add(table.split('__')[0] ?? table);
      const maker = catalogue.transformations.find((one) => one.table_name === table);
      if (maker && !seen.has(maker.id)) {
        seen.add(maker.id);
        queue.push(maker);
      }
    }
  }
  return {
    sources: catalogue.sources.filter(
      (one) => needed.has(one.warehouse_table_name) && !contents.sourceIds.includes(one.id),
    ),
    transformations: catalogue.transformations.filter(
      (one) => needed.has(one.table_name) && !contents.transformationIds.includes(one.id),
    ),
  };
}

/** The contents with everything added that they are made from. */
export function withDependencies(catalogue: Catalogue, contents: Contents): Contents {
  const missing = missingDependencies(catalogue, contents);
  return {
    sourceIds: [...contents.sourceIds, ...missing.sources.map((one) => one.id)],
    transformationIds: [...contents.transformationIds, ...missing.transformations.map((one) => one.id)],
  };
}

export interface DiagramItem {
  readonly key: string;
  readonly kind: 'source' | 'transformation';
  readonly id: string;
  readonly name: string;
  /** Keys of the items in the pipeline that it is made from. */
  readonly from: readonly string[];
}

/** What a pipeline runs with who is made from whom, within the pipeline. Ids that are gone are left out. */
export function diagramItems(catalogue: Catalogue, contents: Contents): readonly DiagramItem[] {
  const sources = catalogue.sources.filter((one) => contents.sourceIds.includes(one.id));
  const transformations = catalogue.transformations.filter((one) =>
    contents.transformationIds.includes(one.id),
  );
  const keyOfTable = new Map([
    ...sources.map((one) => [one.warehouse_table_name, `source:${one.id}`] as const),
    ...transformations.map((one) => [one.table_name, `transformation:${one.id}`] as const),
  ]);
  return [
    ...sources.map((one) => ({
      key: `source:${one.id}`,
      kind: 'source' as const,
      id: one.id,
      name: one.name,
      from: [],
    })),
    ...transformations.map((one) => ({
      key: `transformation:${one.id}`,
      kind: 'transformation' as const,
      id: one.id,
      name: one.name,
      from: one.depends_on.flatMap((table) => keyOfTable.get(table) ?? []),
    })),
  ];
}
