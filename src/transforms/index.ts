/** Recipes: planned, compiled, previewed, saved in versions and executed into tables. */
export { executeTransformation, type ExecuteInput, type ExecuteResult } from './execute-transformation.ts';
export { createTransformation, updateTransformation } from './save-transformation.ts';
export { publishTransformations } from './publish-transformations.ts';
export { closePreviews } from './preview/open-kept-results.ts';
export { dropForgottenResults } from './preview/drop-forgotten-results.ts';
export { getTransformation } from './queries.ts';
export { presentRun } from './present-transformation.ts';
export { registerTransformRoutes } from './routes.ts';
export { examinePublished, examineTable, requirePassed } from './data-tests/examine-table.ts';
export { presentResult as presentTestResult } from './data-tests/tests-of-table.ts';
export { findProblems } from './graph/find-problems.ts';
