import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

/** Colours by name: [light, dark]. */
const colours = new Map(
  [...css.matchAll(/--([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name ?? '', [light ?? '', dark ?? ''] as const] as const,
  ),
);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['canvas', 'surface', 'sunken', 'hover'];
const pairs: readonly (readonly [front: string, backs: readonly string[], atLeast: number])[] = [
  ['ink', [...surfaces, 'accent-soft', 'warning-soft', 'danger-soft'], 4.5],
  ['ink-muted', surfaces, 4.5],
  ['ink-faint', surfaces, 4.5],
  ['accent-ink', [...surfaces, 'accent-soft'], 4.5],
  ['success', [...surfaces, 'success-soft'], 4.5],
  ['running', [...surfaces, 'running-soft'], 4.5],
  ['warning', [...surfaces, 'warning-soft'], 4.5],
  ['danger', [...surfaces, 'danger-soft'], 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['on-danger', ['danger', 'danger-hover'], 4.5],
  ['line-strong', ['surface', 'canvas'], 3],
  ['accent', surfaces, 3],
];

describe('contrast of the tokens (WCAG 2.2 AA)', () => {
  test.each(['light', 'dark'] as const)('every pair that appears is readable in %s', (theme) => {
    const at = theme === 'light' ? 0 : 1;
    const low = pairs.flatMap(([front, backs, atLeast]) =>
      backs.flatMap((back) => {
        const [a, b] = [colours.get(front)?.[at], colours.get(back)?.[at]];
        if (a === undefined || b === undefined) return [`${front} or ${back} is no token`];
        const ratio = contrast(a, b);
        return ratio < atLeast ? [`${front} ${a} on ${back} ${b}: ${ratio.toFixed(2)} < ${atLeast}`] : [];
      }),
    );
    expect(low).toEqual([]);
  });
});
