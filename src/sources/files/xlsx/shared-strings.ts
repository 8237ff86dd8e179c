import { AppError } from '#platform/errors';
import type { ZipArchive, ZipEntry } from '../zip-archive.ts';
import { decodeXml, readXml } from './xml-tokens.ts';

/** Texts of a workbook are kept in memory while a sheet is read; more than this is refused. */
const maxCharacters = 192 * 1024 ** 2;
const maxStrings = 8_000_000;
/** As much as a cell may hold. */
const maxTextCharacters = 4 * 1024 ** 2;

/** The texts that cells refer to by their number. */
export async function readSharedStrings(
  archive: ZipArchive,
  entry: ZipEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const strings: string[] = [];
  if (entry === undefined) return strings;
  let characters = 0;
  let current = '';
  let isText = false;
  let phonetic = 0;
  await readXml(archive.read(entry, signal), {
    open: (name) => {
      if (name === 'si') current = '';
      else if (name === 'rPh') phonetic += 1;
      else if (name === 't') isText = phonetic === 0;
    },
    close: (name) => {
      if (name === 't') isText = false;
      else if (name === 'rPh') phonetic -= 1;
      else if (name === 'si') {
        strings.push(plainText(current));
        characters += current.length;
        if (characters > maxCharacters || strings.length > maxStrings) throw tooManyTexts();
      }
    },
    text: (text) => {
      if (isText) current += text;
      if (current.length > maxTextCharacters) throw tooManyTexts();
    },
  });
  return strings;
}

/** Characters that XML cannot hold are written `_x000D_`. */
export function plainText(text: string): string {
  const decoded = decodeXml(text);
  if (!decoded.includes('_x')) return decoded;
  return decoded.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
}

function tooManyTexts(): AppError {
  return new AppError('file_format_unsupported', 'This spreadsheet holds more text than can be read.', {
    hint: 'Save the sheet as CSV, then upload that file.',
  });
}
