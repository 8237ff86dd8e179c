/** Edits (insert, delete, replace, swap of neighbours) that turn one text into another. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/**
 * The name that was probably meant: at most a third of its letters (and at least two) differ, or it begins with what
 * was written. null when nothing is near.
 *
 * @example nearestName('Distrct', ['district', 'village']) // 'district'
 */
export function nearestName(written: string, names: readonly string[]): string | null {
  const target = written.toLowerCase().slice(0, 100);
  if (target === '') return null;
  let best: { name: string; distance: number } | null = null;
  for (const name of names) {
    const candidate = name.toLowerCase().slice(0, 100);
    const allowed = Math.max(2, Math.floor(Math.max(target.length, candidate.length) / 3));
    const nearEnough = Math.abs(candidate.length - target.length) <= allowed;
    let distance = nearEnough ? editDistance(target, candidate) : Number.POSITIVE_INFINITY;
    if (distance > allowed || distance >= candidate.length) distance = Number.POSITIVE_INFINITY;
    if (target.length >= 3 && candidate.startsWith(target)) distance = Math.min(distance, 2.5);
    if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name ?? null;
}
