import { type FileHandle, open } from 'node:fs/promises';
import type { CsvEncoding } from './csv-dialect.ts';

/** The bytes of a file as UTF-8, read in order into memory that the caller owns. */
export interface Utf8Source extends AsyncDisposable {
  /** Fills `target` from `from`; the number of bytes, 0 at the end. Needs room for at least 16 bytes. */
  read(target: Uint8Array, from: number): Promise<number>;
  /** Leaves bytes out without reading them, where the encoding allows it. */
  skip?(bytes: number): void;
  /** Bytes of the file read so far, for progress. */
  readonly fileBytesRead: number;
  readonly fileBytes: number;
}

/** UTF-8 files are read as they are, so that offsets in them mean the same in the file. */
export async function openUtf8Source(
  file: string,
  encoding: CsvEncoding,
  bomBytes: number,
): Promise<Utf8Source> {
  const handle = await open(file, 'r');
  const { size } = await handle.stat();
  return encoding === 'utf-8'
    ? new PlainSource(handle, size, bomBytes)
    : new TranscodedSource(handle, size, bomBytes, encoding);
}

class PlainSource implements Utf8Source {
  readonly fileBytes: number;
  readonly #handle: FileHandle;
  #position: number;

  constructor(handle: FileHandle, fileBytes: number, bomBytes: number) {
    this.#handle = handle;
    this.fileBytes = fileBytes;
    this.#position = bomBytes;
  }

  get fileBytesRead(): number {
    return this.#position;
  }

  async read(target: Uint8Array, from: number): Promise<number> {
    const room = target.length - 1 - from;
    const { bytesRead } = await this.#handle.read(target, from, room, this.#position);
    this.#position += bytesRead;
    return bytesRead;
  }

  skip(bytes: number): void {
    this.#position += bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/** Never part of valid UTF-8, so the scan rejects the row in which half a character stands. */
const brokenCharacter = Uint8Array.of(0xff);

class TranscodedSource implements Utf8Source {
  readonly fileBytes: number;
  readonly #handle: FileHandle;
  readonly #encoding: CsvEncoding;
  readonly #decoder = new TextDecoder('windows-1252');
  #position: number;
  /** Transcoded and not yet handed out. */
  #ready: Uint8Array = new Uint8Array();
  /** An odd byte, or the first half of a surrogate pair, at the end of the last piece. */
  #carry: Buffer = Buffer.alloc(0);
  readonly #raw = Buffer.alloc(256 * 1024);

  constructor(handle: FileHandle, fileBytes: number, bomBytes: number, encoding: CsvEncoding) {
    this.#handle = handle;
    this.fileBytes = fileBytes;
    this.#position = bomBytes;
    this.#encoding = encoding;
  }

  get fileBytesRead(): number {
    return this.#position;
  }

  async read(target: Uint8Array, from: number): Promise<number> {
    while (this.#ready.length === 0) {
      const { bytesRead } = await this.#handle.read(this.#raw, 0, this.#raw.length, this.#position);
      this.#position += bytesRead;
      if (bytesRead === 0) {
        if (this.#carry.length === 0) return 0;
        // Half a character at the very end of the file.
        this.#carry = Buffer.alloc(0);
        this.#ready = brokenCharacter;
        break;
      }
      this.#ready = this.#transcode(this.#raw.subarray(0, bytesRead));
    }
    const taken = this.#ready.subarray(0, target.length - 1 - from);
    target.set(taken, from);
    this.#ready = this.#ready.subarray(taken.length);
    return taken.length;
  }

  #transcode(raw: Buffer): Uint8Array {
    if (this.#encoding === 'windows-1252') return Buffer.from(this.#decoder.decode(raw, { stream: true }));
    let bytes = this.#carry.length === 0 ? Buffer.from(raw) : Buffer.concat([this.#carry, raw]);
    let whole = bytes.length & ~1;
    const lastUnit = whole >= 2 ? this.#unit(bytes, whole - 2) : 0;
    if (lastUnit >= 0xd800 && lastUnit <= 0xdbff) whole -= 2;
    this.#carry = Buffer.from(bytes.subarray(whole));
    bytes = bytes.subarray(0, whole);
    if (this.#encoding === 'utf-16be') bytes.swap16();
    const text = bytes.toString('utf16le');
    if (text.isWellFormed()) return Buffer.from(text);
    const pieces = text.split(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    return Buffer.concat(
      pieces.flatMap((piece, index) =>
        index === 0 ? [Buffer.from(piece)] : [brokenCharacter, Buffer.from(piece)],
      ),
    );
  }

  #unit(bytes: Buffer, at: number): number {
    return this.#encoding === 'utf-16be' ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}
