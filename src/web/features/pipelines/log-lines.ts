import { logLine, type LogLine } from '#contracts/pipelines';

/**
 * Takes whole lines off a growing NDJSON text.
 * @returns the lines read and the rest, which may be the beginning of a line still on its way.
 */
export function takeLogLines(text: string): { readonly lines: readonly LogLine[]; readonly rest: string } {
  const end = text.lastIndexOf('\n');
  if (end === -1) return { lines: [], rest: text };
  return { lines: parseLogLines(text.slice(0, end)), rest: text.slice(end + 1) };
}

/** Lines that are not of the log's shape (a proxy's apology, a newer server) are left out, never a reason to fail. */
export function parseLogLines(text: string): readonly LogLine[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    const parsed = logLine.safeParse(jsonOrUndefined(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The lines that have all the words of a search, in any order and case. */
export function linesWith(lines: readonly LogLine[], search: string): readonly LogLine[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return lines;
  return lines.filter((line) => {
    const text = `${line.level} ${line.message}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
