/** At most `size` of the functions given to `run` are under way at a time; the others wait in order. */
export interface Semaphore {
  run<T>(fn: () => Promise<T>): Promise<T>;
}

export function createSemaphore(size: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = size;
  return {
    async run(fn) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await fn();
      } finally {
        const next = waiting.shift();
        // The slot passes on without becoming free, so that nobody overtakes who waits.
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
