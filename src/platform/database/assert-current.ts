import type { MetadataTransaction } from './database.ts';

/**
 * Rejects (AppError step_taken_over) when another worker has taken a step over.
 *
 * @param trx what is written in it counts only while the step is still the asker's: nobody can take it over before it
 *   ends. Without one, the answer may be out of date as soon as it is given.
 */
export type AssertCurrent = (trx?: MetadataTransaction) => Promise<void>;
