import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { AppError } from '#platform/errors';
import { assertUnpacks, countedBytes, unpackLimits } from './unpack-limits.ts';

/** One file in a zip archive, as the central directory describes it. */
export interface ZipEntry {
  /** Never used as a path on this machine. */
  readonly name: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly method: number;
  readonly offset: number;
  readonly isEncrypted: boolean;
}

export interface ZipArchive {
  readonly entries: readonly ZipEntry[];
  read(entry: ZipEntry, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const maxDirectoryBytes = 16 * 1024 ** 2;
const all32 = 0xffffffff;

/**
 * Reads the list of what is inside, and refuses an archive whose list promises too much before anything is unpacked.
 *
 * @throws AppError file_format_unsupported
 */
export async function openZip(path: string): Promise<ZipArchive> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const entries = await readDirectory(handle, size);
    let total = 0;
    for (const entry of entries) total += entry.unpackedBytes;
    assertUnpacks(size, total);
    return { entries, read: (entry, signal) => readEntry(path, entry, signal) };
  } finally {
    await handle.close();
  }
}

async function readDirectory(handle: FileHandle, size: number): Promise<ZipEntry[]> {
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== endSignature) at -= 1;
  if (at < 0) throw damaged();
  let count = tail.readUInt16LE(at + 10);
  let length = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (at >= 20 && tail.readUInt32LE(at - 20) === locator64Signature) {
    const end64 = await readAt(handle, Number(tail.readBigUInt64LE(at - 12)), 56);
    if (end64.length < 56 || end64.readUInt32LE(0) !== end64Signature) throw damaged();
    count = Number(end64.readBigUInt64LE(32));
    length = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  if (count > unpackLimits.maxEntries || length > maxDirectoryBytes) {
    throw new AppError('file_format_unsupported', `This archive holds ${count.toLocaleString('en')} files.`);
  }
  const directory = await readAt(handle, offset, length);
  const entries: ZipEntry[] = [];
  for (let from = 0; from + 46 <= directory.length && entries.length < count;) {
    if (directory.readUInt32LE(from) !== entrySignature) throw damaged();
    const nameLength = directory.readUInt16LE(from + 28);
    const extraLength = directory.readUInt16LE(from + 30);
    const flags = directory.readUInt16LE(from + 8);
    const name = directory.subarray(from + 46, from + 46 + nameLength);
    const entry = {
      name: name.toString((flags & 0x800) === 0 ? 'latin1' : 'utf8'),
      method: directory.readUInt16LE(from + 10),
      packedBytes: directory.readUInt32LE(from + 20),
      unpackedBytes: directory.readUInt32LE(from + 24),
      offset: directory.readUInt32LE(from + 42),
      isEncrypted: (flags & 1) !== 0,
    };
    const extra = directory.subarray(from + 46 + nameLength, from + 46 + nameLength + extraLength);
    entries.push(withLargeSizes(entry, extra));
    from += 46 + nameLength + extraLength + directory.readUInt16LE(from + 32);
  }
  if (entries.length !== count) throw damaged();
  return entries;
}

/** Sizes beyond 4 GiB stand in an extra field, each only where the plain one is full. */
function withLargeSizes(entry: ZipEntry, extra: Buffer): ZipEntry {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let from = 0;
    const large = (plain: number): number => {
      if (plain !== all32 || from + 8 > field.length) return plain;
      from += 8;
      return Number(field.readBigUInt64LE(from - 8));
    };
    const unpackedBytes = large(entry.unpackedBytes);
    const packedBytes = large(entry.packedBytes);
    return { ...entry, unpackedBytes, packedBytes, offset: large(entry.offset) };
  }
  return entry;
}

async function* readEntry(
  path: string,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted) {
    throw new AppError('file_format_unsupported', 'This file is protected by a password.', {
      hint: 'Save it without a password and upload it again.',
    });
  }
  if (entry.method !== 0 && entry.method !== 8) throw damaged();
  const handle = await open(path, 'r');
  let start: number;
  try {
    const local = await readAt(handle, entry.offset, 30);
    if (local.length < 30 || local.readUInt32LE(0) !== localSignature) throw damaged();
    start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  } finally {
    await handle.close();
  }
  if (entry.packedBytes === 0) return;
  const packed = createReadStream(path, {
    start,
    end: start + entry.packedBytes - 1,
    highWaterMark: 256 * 1024,
  });
  if (entry.method === 0) {
    yield* countedBytes(packed, entry.packedBytes, signal);
    return;
  }
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  // Errors of the file reach the reader through the stream that it reads.
  pipeline(packed, inflate, () => undefined);
  try {
    yield* countedBytes(inflate, () => inflate.bytesWritten, signal);
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? damaged(error) : error;
  } finally {
    packed.destroy();
    inflate.destroy();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

function damaged(cause?: unknown): AppError {
  return new AppError('file_format_unsupported', 'This archive (zip) is damaged or not complete.', {
    cause,
    hint: 'Save or download the file once more, then upload it again.',
  });
}
