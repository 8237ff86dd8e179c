/** Numbers that look random and are the same every time. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Integer from `from` to `to`, both included. */
  integer(from: number, to: number): number;
  /** One of these; the first ones are more frequent when `skew` is above 1. */
  pick<T>(items: readonly [T, ...T[]], skew?: number): T;
  chance(probability: number): boolean;
}

/** mulberry32: 32 bits of state are enough for a sample. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  return {
    next,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items, skew = 1) => items[Math.floor(next() ** skew * items.length)] ?? items[0],
    chance: (probability) => next() < probability,
  };
}
