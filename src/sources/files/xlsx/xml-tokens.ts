import { AppError } from '#platform/errors';

/** Receives what stands in a document, in order. Names come without their namespace prefix. */
export interface XmlHandler {
  /** @param tag the whole tag without its angle brackets, for {@link attribute}. */
  open(name: string, tag: string): void;
  close(name: string): void;
  /** A piece of text as written; once it is whole {@link decodeXml} resolves what is escaped in it. */
  text(text: string): void;
  /** Between two pieces of the document, so that a handler may write what it has. */
  pause?(): Promise<void>;
}

/** A tag, or a comment or CDATA section; text is handed on as it comes. */
const maxTagCharacters = 1 << 20;
const maxSpecialCharacters = 8 << 20;
const exclamation = 33;
const question = 63;
const slash = 47;

/**
 * Reads XML as office programs write it, piece by piece. Declarations of types and entities are refused, so nothing
 * expands and nothing is fetched.
 */
export async function readXml(stream: AsyncIterable<Uint8Array>, handler: XmlHandler): Promise<void> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const piece of stream) {
    rest = takeTokens(rest + decoder.decode(piece, { stream: true }), handler);
    const isSpecial = rest.startsWith('<!') || rest.startsWith('<?');
    if (rest.length > (isSpecial ? maxSpecialCharacters : maxTagCharacters)) throw damagedXml();
    await handler.pause?.();
  }
  takeTokens(rest + decoder.decode(), handler);
  await handler.pause?.();
}

function takeTokens(text: string, handler: XmlHandler): string {
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    if (open < 0) {
      if (at < text.length) handler.text(text.slice(at));
      return '';
    }
    if (open > at) handler.text(text.slice(at, open));
    const first = text.charCodeAt(open + 1);
    if (first === exclamation || first === question) {
      const special = endOfSpecial(text, open, handler);
      if (special < 0) return text.slice(open);
      at = special;
      continue;
    }
    let close = text.indexOf('>', open);
    // A ">" inside an attribute is allowed.
    while (close >= 0 && text.charCodeAt(open + 1) !== slash && hasOpenQuote(text, open, close))
      close = text.indexOf('>', close + 1);
    if (close < 0) return text.slice(open);
    if (first === slash) handler.close(localName(text, open + 2, close));
    else {
      const isEmpty = text.charCodeAt(close - 1) === slash;
      const end = isEmpty ? close - 1 : close;
      const name = localName(text, open + 1, end);
      handler.open(name, text.slice(open + 1, end));
      if (isEmpty) handler.close(name);
    }
    at = close + 1;
  }
}

/** Behind a comment, a processing instruction or a CDATA section; -1 when its end is not there yet. */
function endOfSpecial(text: string, open: number, handler: XmlHandler): number {
  const until = (end: string) => {
    const found = text.indexOf(end, open);
    return found < 0 ? -1 : found + end.length;
  };
  if (text.startsWith('<?', open)) return until('?>');
  if (text.startsWith('<!--', open)) return until('-->');
  if (text.startsWith('<![CDATA[', open)) {
    const end = until(']]>');
    if (end >= 0) handler.text(text.slice(open + 9, end - 3).replaceAll('&', '&amp;'));
    return end;
  }
  if (text.length - open < 9) return -1;
  throw damagedXml();
}

function hasOpenQuote(text: string, open: number, close: number): boolean {
  let quote = 0;
  for (let at = open; at < close; at += 1) {
    const character = text.charCodeAt(at);
    if (quote === 0) {
      if (character === 34 || character === 39) quote = character;
    } else if (character === quote) quote = 0;
  }
  return quote !== 0;
}

function localName(text: string, from: number, to: number): string {
  let end = from;
  let start = from;
  for (; end < to; end += 1) {
    const character = text.charCodeAt(end);
    if (character <= 32) break;
    if (character === 58) start = end + 1;
  }
  return text.slice(start, end);
}

/** The value of an attribute; undefined when the tag has none of this name. */
export function attribute(tag: string, name: string): string | undefined {
  let at = tag.indexOf(`${name}=`);
  while (at > 0 && tag.charCodeAt(at - 1) > 32) at = tag.indexOf(`${name}=`, at + 1);
  if (at < 0) return undefined;
  const start = at + name.length + 2;
  const end = tag.indexOf(tag.charAt(start - 1), start);
  return end < 0 ? undefined : decodeXml(tag.slice(start, end));
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function decodeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return named[name] ?? whole;
    const code = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

function damagedXml(): AppError {
  return new AppError('file_format_unsupported', 'This spreadsheet is damaged or not a usual .xlsx file.', {
    hint: 'Open it in Excel or LibreOffice, save it as .xlsx or CSV, and upload that file.',
  });
}
