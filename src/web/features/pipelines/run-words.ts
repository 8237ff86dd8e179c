import type { z } from 'zod';
import type { runTrigger } from '#contracts/pipelines';

/** Who or what began a run. */
export const triggerWords: Record<z.infer<typeof runTrigger>, string> = {
  manual: 'started by hand',
  schedule: 'by its schedule',
  retry: 'repeated',
  webhook: 'by another program',
  after: 'after another pipeline',
};
