/** Numbers that a person typed with commas, semicolons or spaces between them; what is none is left out. */
export function rangesFromText(text: string): readonly number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => /^[-+]?(\d+\.?\d*|\.\d+)$/.test(part))
    .map(Number);
}

export function textOfRanges(edges: readonly number[]): string {
  return edges.join(', ');
}

/**
 * Names of the ranges between edges, as people write them; those of whole numbers end before the next begins, the
 * others are named as the step itself names them.
 *
 * @example rangeLabels([5, 18], true) // ['below 5', '5 to 17', '18 and above']
 */
export function rangeLabels(edges: readonly number[], holdsWhole: boolean): readonly string[] {
  const areWhole = holdsWhole && edges.every(Number.isInteger);
  return [...edges, undefined].map((end, index) => {
    const start = edges[index - 1];
    if (start === undefined) return `below ${end}`;
    if (end === undefined) return `${start} and above`;
    if (!areWhole) return `${start} to below ${end}`;
    return end - 1 <= start ? String(start) : `${start} to ${end - 1}`;
  });
}
