import type { z } from 'zod';
import type { PipelineRun, runTrigger } from '#contracts/pipelines';

/** Who or what began a run. */
export const triggerWords: Record<z.infer<typeof runTrigger>, string> = {
  manual: 'started by hand',
  schedule: 'by its schedule',
  retry: 'repeated',
  webhook: 'by another program',
  after: 'after another pipeline',
  arrival: 'since new data came',
};

/** Which part of its pipeline a run is of. */
export function partWords({ scope, step }: NonNullable<PipelineRun['part']>): string {
  switch (scope) {
    case 'only':
      return `only “${step}”`;
    case 'to':
      return `up to “${step}”`;
    case 'from':
      return `from “${step}” on`;
    default:
      return scope satisfies never;
  }
}
