import type { GraphEdge, GraphNode } from '#contracts/graph';
import type { RunError, StepStatus } from '#contracts/primitives';
import type { Recipe } from '#contracts/recipe';
import { summarizeRecipe } from '#contracts/recipe-words';
import type { RecipeProblem } from '#contracts/transformations';

export interface GraphSource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly warehouse_table_name: string;
}
export interface GraphTransformation {
  readonly id: string;
  readonly name: string;
  readonly recipe: Recipe;
  /** The version that runs. */
  readonly version: number;
  /** Physical names. */
  readonly depends_on: readonly string[];
  /** Why its next run cannot succeed. */
  readonly problem: RecipeProblem | null;
  /** Its rows are computed when they are read, so they are never old. */
  readonly isView: boolean;
  /** Version that made the present output; null when there is none. */
  readonly made_by_version: number | null;
}
export interface GraphTable {
  readonly name: string;
  readonly display_name: string;
  readonly row_count: number | null;
  readonly column_count: number;
  readonly updated_at: Date;
}
/** The newest step of a source or transformation. */
export interface GraphStep {
  readonly ref_id: string;
  readonly run_id: string;
  readonly status: StepStatus;
  readonly error: RunError | null;
}

export interface GraphInput {
  readonly sources: readonly GraphSource[];
  readonly transformations: readonly GraphTransformation[];
  readonly tables: readonly GraphTable[];
  readonly steps: readonly GraphStep[];
}

export const nodeId = {
  source: (id: string): string => `source:${id}`,
  table: (name: string): string => `table:${name}`,
  transformation: (id: string): string => `transformation:${id}`,
  output: (name: string): string => `output:${name}`,
};

const outputOf = (transformationId: string): string => `transform_${transformationId}`;

/**
 * The canvas: source → its table → transformation → its output → the transformations that read that. A table that has
 * not been made yet is left out, and the arrow goes on from what makes it.
 */
export function buildGraph(input: GraphInput): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const tables = new Map(input.tables.map((table) => [table.name, table]));
  const steps = new Map(input.steps.map((step) => [step.ref_id, step]));
  const stale = staleTransformations(input, tables);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  /** Node from which the rows of a physical table flow. */
  const origin = new Map<string, string>();
  const connect = (from: string, to: string) => edges.push({ id: `${from}>${to}`, from, to });

  const make = (
    node: Pick<GraphNode, 'id' | 'kind' | 'ref_id' | 'name' | 'summary' | 'stale'>,
    table: GraphTable | undefined,
    step: GraphStep | undefined,
    problem: RecipeProblem | null = null,
  ): void => {
    nodes.push({
      ...node,
      row_count: table?.row_count ?? null,
      column_count: table?.column_count ?? null,
      updated_at: table?.updated_at.toISOString() ?? null,
      status: step?.status ?? null,
      run_id: step?.run_id ?? null,
      error: step?.status === 'failed' ? step.error : null,
      problem,
    });
  };

  const read = new Set(input.transformations.flatMap((each) => each.depends_on));
  for (const source of input.sources) {
    const id = nodeId.source(source.id);
    const table = tables.get(source.warehouse_table_name);
    make(
      { id, kind: 'source', ref_id: source.id, name: source.name, summary: source.type, stale: false },
      table,
      steps.get(source.id),
    );
    origin.set(source.warehouse_table_name, id);
    if (table === undefined) continue;
    const tableId = nodeId.table(table.name);
    make(
      { id: tableId, kind: 'table', ref_id: table.name, name: table.display_name, summary: '', stale: false },
      table,
      undefined,
    );
    connect(id, tableId);
    origin.set(table.name, tableId);
    // Its lists and further streams are many: those are shown that something is made from.
    for (const further of input.tables) {
      if (!further.name.startsWith(`${source.warehouse_table_name}__`) || !read.has(further.name)) continue;
      const furtherId = nodeId.table(further.name);
      make(
        {
          id: furtherId,
          kind: 'table',
          ref_id: further.name,
          name: further.display_name,
          summary: '',
          stale: false,
        },
        further,
        undefined,
      );
      connect(id, furtherId);
      origin.set(further.name, furtherId);
    }
  }
  for (const each of input.transformations) {
    const id = nodeId.transformation(each.id);
    const name = outputOf(each.id);
    const table = tables.get(name);
    const isStale = stale.has(each.id);
    const summary = summarizeRecipe(each.recipe.steps);
    make(
      { id, kind: 'transformation', ref_id: each.id, name: each.name, summary, stale: isStale },
      table,
      steps.get(each.id),
      each.problem,
    );
    origin.set(name, id);
    if (table === undefined) continue;
    const outputId = nodeId.output(name);
    make(
      { id: outputId, kind: 'output', ref_id: name, name: table.display_name, summary: '', stale: isStale },
      table,
      undefined,
    );
    connect(id, outputId);
    origin.set(name, outputId);
  }
  for (const each of input.transformations) {
    for (const table of new Set(each.depends_on)) {
      const from = origin.get(table);
      if (from !== undefined) connect(from, nodeId.transformation(each.id));
    }
  }
  return { nodes, edges };
}

/**
 * Transformations whose output is older than what it is made from: an input has newer rows, or is stale itself, or the
 * recipe was changed since.
 */
function staleTransformations(
  input: GraphInput,
  tables: ReadonlyMap<string, GraphTable>,
): ReadonlySet<string> {
  const byOutput = new Map(input.transformations.map((each) => [outputOf(each.id), each]));
  const known = new Map<string, boolean>();
  const isStale = (each: GraphTransformation): boolean => {
    const before = known.get(each.id);
    if (before !== undefined) return before;
    known.set(each.id, false); // a circle, which saving refuses, must not be one here
    const output = tables.get(outputOf(each.id));
    const answer =
      output !== undefined &&
      ((each.made_by_version !== null && each.made_by_version < each.version) ||
        each.depends_on.some((name) => {
          const table = tables.get(name);
          const maker = byOutput.get(name);
          return (
            (!each.isView && table !== undefined && table.updated_at > output.updated_at) ||
            (maker !== undefined && isStale(maker))
          );
        }));
    known.set(each.id, answer);
    return answer;
  };
  return new Set(input.transformations.filter(isStale).map((each) => each.id));
}
