import { AppError } from '#platform/errors';

/** What unpacking may cost. Real data hardly ever packs better than 1 : 100. */
export const unpackLimits = {
  /** Bytes behind a packed file, at most. */
  maxBytes: 8 * 1024 ** 3,
  /** From this many bytes on the ratio counts. */
  ratioFrom: 16 * 1024 ** 2,
  maxRatio: 250,
  /** Parquet keeps a value that comes again and again only once. */
  maxParquetRatio: 1_000,
  maxEntries: 10_000,
} as const;

export function assertUnpacks(
  packedBytes: number,
  unpackedBytes: number,
  maxRatio: number = unpackLimits.maxRatio,
): void {
  const isBomb = unpackedBytes > unpackLimits.ratioFrom && unpackedBytes > packedBytes * maxRatio;
  if (!isBomb && unpackedBytes <= unpackLimits.maxBytes) return;
  throw new AppError(
    'file_format_unsupported',
    isBomb
      ? 'This file unpacks to so much more than its size that it is not read.'
      : `This file unpacks to more than ${unpackLimits.maxBytes / 1024 ** 3} GiB.`,
    { hint: 'Unpack it yourself and upload what is inside.' },
  );
}

/**
 * Passes bytes on as long as they stay within the limits; what a file says of itself is not trusted.
 *
 * @param packedBytes of the whole file, or what says how many were read so far: then a bomb is told by its beginning,
 * long before it has grown to the limit of the whole.
 */
export async function* countedBytes(
  stream: AsyncIterable<Uint8Array>,
  packedBytes: number | (() => number),
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let unpacked = 0;
  for await (const piece of stream) {
    signal?.throwIfAborted();
    unpacked += piece.length;
    assertUnpacks(typeof packedBytes === 'number' ? packedBytes : packedBytes(), unpacked);
    yield piece;
  }
}
