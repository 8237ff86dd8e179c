import { AppError } from '#platform/errors';
import type { StreamInfo } from './port.ts';

/**
 * The streams that a source is to load, in the order in which the service offers them: those of the setting `streams`,
 * or all.
 *
 * @throws AppError source_not_found when a chosen one is not offered.
 */
export function chooseStreams(offered: readonly StreamInfo[], settings: unknown): readonly StreamInfo[] {
  const chosen =
    typeof settings === 'object' && settings !== null && 'streams' in settings ? settings.streams : undefined;
  if (!Array.isArray(chosen) || chosen.length === 0) return offered;
  const missing = chosen.filter((name) => !offered.some((stream) => stream.name === name));
  if (missing.length > 0) {
    throw new AppError(
      'source_not_found',
      `The source no longer has ${missing.map((name) => `“${name}”`).join(', ')}.`,
      {
        hint: 'Choose again what is to be loaded; it may have been deleted there, or the account may not see it any more.',
      },
    );
  }
  return offered.filter((stream) => chosen.includes(stream.name));
}
