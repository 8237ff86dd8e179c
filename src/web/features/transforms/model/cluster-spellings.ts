export interface CountedText {
  readonly value: string;
  readonly count: number;
}

/** Spellings that most likely mean the same. */
export interface SpellingCluster {
  /** The most frequent spelling: what the others become unless a person says otherwise. */
  readonly keep: string;
  /** The others, most frequent first. */
  readonly others: readonly CountedText[];
  /** Rows that would change. */
  readonly rows: number;
}

/**
 * Groups values that differ only in capital letters, spaces, punctuation, accents or the order of words, or, when they
 * are long enough, in one or two letters. Each rarer value joins the most frequent one that it is like, never another
 * rare one, so that a chain of small differences cannot join what is far apart. Values whose digits differ are
 * different things ("Phase 1", "Phase 2").
 *
 * @param values with their number of rows; the most frequent 500 take about 20 ms
 * @example clusterSpellings([{value: 'Nairobi', count: 90}, {value: 'narobi', count: 3}])
 *   // [{keep: 'Nairobi', others: [{value: 'narobi', count: 3}], rows: 3}]
 */
export function clusterSpellings(values: readonly CountedText[]): readonly SpellingCluster[] {
  const sorted = values
    .filter(({ value }) => value.trim() !== '')
    .toSorted((a, b) => b.count - a.count || Number(isShouted(a.value)) - Number(isShouted(b.value)));
  const clusters: { readonly keep: Spelling; readonly others: CountedText[] }[] = [];
  const byFingerprint = new Map<string, (typeof clusters)[number]>();
  for (const counted of sorted) {
    const spelling = spellingOf(counted);
    const found =
      byFingerprint.get(spelling.fingerprint) ?? clusters.find(({ keep }) => areAlike(keep, spelling));
    if (found === undefined) {
      const cluster = { keep: spelling, others: [] };
      clusters.push(cluster);
      byFingerprint.set(spelling.fingerprint, cluster);
    } else {
      found.others.push(counted);
      if (!byFingerprint.has(spelling.fingerprint)) byFingerprint.set(spelling.fingerprint, found);
    }
  }
  return clusters
    .filter(({ others }) => others.length > 0)
    .map(({ keep, others }) => ({
      keep: keep.value,
      others,
      rows: others.reduce((sum, one) => sum + one.count, 0),
    }))
    .toSorted((a, b) => b.rows - a.rows);
}

interface Spelling {
  readonly value: string;
  /** Letters and digits alone, words in order. */
  readonly fingerprint: string;
  readonly digits: string;
  readonly letters: readonly string[];
}

function spellingOf({ value }: CountedText): Spelling {
  const words = value
    .normalize('NFKD')
    // Accents of Latin and Greek letters; the marks of Indian and Arabic scripts are letters to their readers.
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
  const plain = words.join(' ');
  return {
    value,
    fingerprint: plain === '' ? value : words.toSorted().join(' '),
    digits: plain.replaceAll(/\P{N}/gu, ''),
    letters: Array.from(plain),
  };
}

function areAlike(a: Spelling, b: Spelling): boolean {
  if (a.digits !== b.digits) return false;
  const shorter = Math.min(a.letters.length, b.letters.length);
  const limit = shorter < 5 ? 0 : shorter < 9 ? 1 : 2;
  return limit > 0 && isWithin(a.letters, b.letters, limit);
}

/** Whether so many letters added, left out, changed or swapped make one text the other. */
function isWithin(a: readonly string[], b: readonly string[], limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, (beforeLast[column - 2] ?? Infinity) + 1);
      current.push(least);
    }
    if (Math.min(...current) > limit) return false;
    beforeLast = last;
    last = current;
  }
  return (last[b.length] ?? Infinity) <= limit;
}

/** Of two equally frequent spellings, the one in ordinary letters is more likely meant. */
function isShouted(value: string): boolean {
  return value === value.toUpperCase() || value === value.toLowerCase() || value !== value.trim();
}
