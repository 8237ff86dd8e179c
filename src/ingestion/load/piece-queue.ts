/** Pieces that wait at once: one that is sent and one that is ready, so that both sides are always busy. */
const mostWaiting = 2;

/** Hands pieces from who makes them to who sends them, in order and few at a time. */
export class PieceQueue implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  readonly #giveBack: (piece: Uint8Array) => void;
  #isEnded = false;
  #isLeft = false;
  #failure: unknown;
  #wakeReader: () => void = () => undefined;
  #wakeWriter: () => void = () => undefined;

  /** @param giveBack gets each piece when the reader is done with it. */
  constructor(giveBack: (piece: Uint8Array) => void) {
    this.#giveBack = giveBack;
  }

  /** Waits until there is room. What is pushed after the reader has left is lost. */
  async push(piece: Uint8Array): Promise<void> {
    if (this.#isLeft) return;
    this.#waiting.push(piece);
    this.#wakeReader();
    if (this.#waiting.length < mostWaiting) return;
    await new Promise<void>((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#wakeReader();
  }

  /** Has the reader fail, with what waits unread. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        const piece = this.#waiting.shift();
        if (piece !== undefined) {
          this.#wakeWriter();
          yield piece;
          this.#giveBack(piece);
        } else if (this.#isEnded) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }

  /** Nobody reads any more: who pushes is not to wait for ever. */
  leave(): void {
    this.#isLeft = true;
    this.#waiting.length = 0;
    this.#wakeWriter();
  }
}
