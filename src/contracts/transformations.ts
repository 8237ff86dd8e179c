import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import {
  displayName,
  id,
  idParams,
  noContent,
  page,
  pageQuery,
  runError,
  runStatus,
  timestamp,
} from './primitives.ts';
import { materialization } from './materialization.ts';
import { recipe } from './recipe.ts';
import { previewResult, tableColumn, tableProfile } from './warehouse.ts';

/** An error of a recipe, found before any data is read. */
export const recipeError = z.object({
  /** Index of the step, from 0. */
  step: z.number().int(),
  /** Field of the step as a path, for instance `aggregates.0.column`; empty when the whole step is meant. */
  field: z.string(),
  message: z.string(),
  /** Nearest existing name, when a name was not found. */
  suggestion: z.string().nullable(),
  /** Where in a formula or SQL text of the field, from 0, in UTF-16 units as editors count; absent elsewhere. */
  position: z.number().int().min(0).optional(),
});
export type RecipeError = z.infer<typeof recipeError>;

/** The first error of a saved recipe, as somebody who did not write it understands it. */
export const recipeProblem = z.object({
  /** Index of the step, from 0; null when a table that it reads is not there. */
  step: z.number().int().nullable(),
  /** The step in words: "Step 3 (Filter)". */
  where: z.string(),
  /** Column that is meant, as the recipe names it. */
  column: z.string().nullable(),
  message: z.string(),
  /** What to do. */
  advice: z.string(),
});
export type RecipeProblem = z.infer<typeof recipeProblem>;

export const transformationRun = z.object({
  run_id: id,
  transformation_id: id,
  status: runStatus,
  trigger: z.enum(['manual', 'pipeline']),
  table: z.string(),
  row_count: z.number().int().nullable(),
  duration_ms: z.number().int().nullable(),
  sql: z.string().nullable(),
  version: z.number().int(),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  error: runError.nullable(),
});
/** ExecuteResult. */
export type TransformationRun = z.infer<typeof transformationRun>;

export const transformation = z.object({
  id,
  name: z.string(),
  description: z.string().nullable(),
  recipe,
  /** Name that the user gave to the output; the physical table is `table_name`. */
  output_table_name: z.string().nullable(),
  /** `transform_<id>`, whether it exists yet or not. */
  table_name: z.string(),
  version: z.number().int(),
  /** The version that pipelines run; older than `version` while a draft is worked on. */
  published_version: z.number().int(),
  /** How its result is kept. */
  materialization,
  /** The next run makes the whole table again. */
  rebuild: z.boolean(),
  output_columns: z.array(tableColumn),
  /** Physical names of the tables that it reads. */
  depends_on: z.array(z.string()),
  errors: z.array(recipeError),
  /** Why the next run cannot succeed, in words; null when it can, as far as is known before any data is read. */
  problem: recipeProblem.nullable(),
  row_count: z.number().int().nullable(),
  last_run_at: timestamp.nullable(),
  last_run: transformationRun.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
});
export type Transformation = z.infer<typeof transformation>;

const saveBody = z.strictObject({
  name: displayName,
  description: z.string().max(5000).nullable().optional(),
  recipe,
  output_table_name: displayName.nullable().optional(),
  materialization: materialization.optional(),
  /** The next run makes the whole of a growing table again. */
  rebuild: z.boolean().optional(),
  /** Refused with 409 when the saved version is another: somebody else saved in between. */
  expected_version: z.number().int().optional(),
  /** Keep the recipe as a draft: pipelines go on with the version that they run, once there is a result of it. */
  draft: z.boolean().optional(),
});

export const listTransformations = endpoint({
  method: 'GET',
  path: '/transformations',
  summary: 'Transformations of the organization',
  tag: 'Transformations',
  query: pageQuery,
  response: page(transformation),
});
export const createTransformation = endpoint({
  method: 'POST',
  path: '/transformations',
  summary: 'Create a transformation',
  tag: 'Transformations',
  body: saveBody.omit({ expected_version: true, draft: true, rebuild: true }),
  response: transformation,
  status: 201,
});
export const getTransformation = endpoint({
  method: 'GET',
  path: '/transformations/:id',
  summary: 'One transformation',
  tag: 'Transformations',
  params: idParams,
  response: transformation,
});
export const replaceTransformation = endpoint({
  method: 'PUT',
  path: '/transformations/:id',
  summary: 'Save a new version. The body may also be the bare recipe `{steps}`',
  tag: 'Transformations',
  params: idParams,
  body: z.union([saveBody.partial({ name: true }), recipe]),
  response: transformation,
});
export const updateTransformation = endpoint({
  method: 'PATCH',
  path: '/transformations/:id',
  summary: 'Change some fields; a changed recipe is a new version',
  tag: 'Transformations',
  params: idParams,
  body: saveBody.partial(),
  response: transformation,
});
export const deleteTransformation = endpoint({
  method: 'DELETE',
  path: '/transformations/:id',
  summary: 'Delete a transformation and its table; 409 with what depends on it unless force=true',
  tag: 'Transformations',
  params: idParams,
  query: z.object({ force: z.stringbool().default(false) }),
  response: noContent,
  status: 204,
});

const previewBody = z.strictObject({
  recipe,
  limit: z.number().int().min(0).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
  /** Index of the last step to apply; all when absent. */
  up_to_step: z.number().int().min(0).optional(),
  sort: z
    .array(z.union([z.string(), z.strictObject({ column: z.string(), descending: z.boolean().optional() })]))
    .optional(),
  /** Also count the rows after every step (before → after); costs one count per step. */
  count_steps: z.boolean().default(false),
});
export const recipePreview = previewResult.extend({
  steps: z.array(
    z.object({
      index: z.number().int(),
      columns: z.array(tableColumn),
      row_count: z.number().int().nullable().optional(),
      errors: z.array(recipeError),
    }),
  ),
});
export type RecipePreview = z.infer<typeof recipePreview>;

export const previewRecipe = endpoint({
  method: 'POST',
  path: '/transformations/preview',
  summary: 'Rows of any step of a recipe; nothing is saved',
  tag: 'Transformations',
  body: previewBody,
  response: recipePreview,
});
export const previewTransformation = endpoint({
  method: 'POST',
  path: '/transformations/:id/preview',
  summary: 'The same on the saved recipe, unless one is given',
  tag: 'Transformations',
  params: idParams,
  body: previewBody.partial({ recipe: true }),
  response: recipePreview,
});
export const compileRecipe = endpoint({
  method: 'POST',
  path: '/transformations/compile',
  summary: 'SQL of a recipe, and columns and errors of each step; reads no data',
  tag: 'Transformations',
  body: z.strictObject({ recipe, dialect: z.enum(['postgres', 'duckdb', 'bigquery']).default('postgres') }),
  response: z.object({
    /** null when the recipe has errors. */
    sql: z.string().nullable(),
    columns: z.array(tableColumn),
    steps: z.array(
      z.object({ index: z.number().int(), columns: z.array(tableColumn), errors: z.array(recipeError) }),
    ),
  }),
});
export const distinctValues = endpoint({
  method: 'POST',
  path: '/transformations/values',
  summary: 'Values of a column at a step of a recipe with their counts, most frequent first',
  tag: 'Transformations',
  body: z.strictObject({
    recipe,
    up_to_step: z.number().int().min(0).optional(),
    column: z.string(),
    search: z.string().max(200).optional(),
    limit: z.number().int().min(1).max(500).default(100),
  }),
  response: z.object({
    values: z.array(z.object({ value: z.unknown(), count: z.number().int() })),
    /** More values exist than were asked for. */
    truncated: z.boolean(),
  }),
});
export const profileRecipe = endpoint({
  method: 'POST',
  path: '/transformations/profile',
  summary: 'Statistics of columns at a step of a recipe; on a sample unless full',
  tag: 'Transformations',
  body: z.strictObject({
    recipe,
    up_to_step: z.number().int().min(0).optional(),
    /** All when absent. */
    columns: z.array(z.string()).min(1).max(1500).optional(),
    full: z.boolean().default(false),
    /** How many of the most frequent values. */
    top: z.number().int().min(1).max(500).default(8),
  }),
  response: tableProfile,
});
export const executeTransformation = endpoint({
  method: 'POST',
  path: '/transformations/:id/execute',
  summary: 'Run the saved recipe and put its result in its table, atomically',
  tag: 'Transformations',
  params: idParams,
  body: z
    .strictObject({
      output_table_name: displayName.optional(),
      /** Make the whole of a growing table again. */
      full_refresh: z.boolean().optional(),
    })
    .default({}),
  response: transformationRun,
  status: 202,
  longRunning: true,
});
export const exportTransformation = endpoint({
  method: 'GET',
  path: '/transformations/:id/export',
  summary: 'The saved recipe as a file of SQL, or with all that it is made from as a dbt project (zip)',
  tag: 'Transformations',
  params: idParams,
  query: z.object({ format: z.enum(['sql', 'dbt']).default('sql') }),
  response: z.unknown(),
  raw: 'file-response',
});
export const listTransformationRuns = endpoint({
  method: 'GET',
  path: '/transformations/:id/runs',
  summary: 'History of executions, newest first',
  tag: 'Transformations',
  params: idParams,
  query: pageQuery,
  response: page(transformationRun),
});

export const transformationVersion = z.object({
  version: z.number().int(),
  recipe,
  created_at: timestamp,
  created_by: z.object({ id, name: z.string() }).nullable(),
  /** What changed since the version before, in words. */
  changes: z.array(
    z.object({
      kind: z.enum(['added', 'removed', 'changed', 'moved']),
      /** Index of the step in this version (in the one before, when removed). */
      step: z.number().int(),
      type: z.string(),
    }),
  ),
});
export type TransformationVersion = z.infer<typeof transformationVersion>;

export const listVersions = endpoint({
  method: 'GET',
  path: '/transformations/:id/versions',
  summary: 'Saved versions, newest first',
  tag: 'Transformations',
  params: idParams,
  query: pageQuery,
  response: page(transformationVersion),
});
export const restoreVersion = endpoint({
  method: 'POST',
  path: '/transformations/:id/versions/:version/restore',
  summary: 'Make an old version the newest',
  tag: 'Transformations',
  params: z.object({ id, version: z.coerce.number().int().min(1) }),
  response: transformation,
});

export const publishTransformation = endpoint({
  method: 'POST',
  path: '/transformations/:id/publish',
  summary: 'From now on pipelines run the newest version; executing it by hand does the same',
  tag: 'Transformations',
  params: idParams,
  response: transformation,
});

export const editorPresence = z.object({
  /** Who else has it open. */
  others: z.array(z.object({ id, name: z.string() })),
});
export type EditorPresence = z.infer<typeof editorPresence>;
export const noteEditorPresence = endpoint({
  method: 'POST',
  path: '/transformations/:id/presence',
  summary: 'Say that one has it open, good for 40 seconds, and learn who else has',
  tag: 'Transformations',
  params: idParams,
  response: editorPresence,
});

export const formulaFunction = z.object({
  name: z.string(),
  group: z.enum(['Logic', 'Text', 'Numbers', 'Dates', 'Conversion']),
  /** As people write it; optional operands in brackets. */
  signature: z.string(),
  help: z.string(),
  example: z.string(),
});
export type FormulaFunctionHelp = z.infer<typeof formulaFunction>;

export const listFormulaFunctions = endpoint({
  method: 'GET',
  path: '/formula-functions',
  summary: 'Functions of formulas, with what each gives and an example',
  tag: 'Transformations',
  response: z.object({ items: z.array(formulaFunction) }),
});
