import { AppError } from '#platform/errors';
import type { ZipArchive, ZipEntry } from '../zip-archive.ts';
import { type NumberMeaning, meaningOfFormat } from './number-format.ts';
import { attribute, readXml } from './xml-tokens.ts';

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly entry: ZipEntry;
}

export interface Workbook {
  /** Those with cells, in the order of their tabs; charts have none. */
  readonly sheets: readonly Sheet[];
  readonly is1904: boolean;
  readonly sharedStrings: ZipEntry | undefined;
  /** By the number in a cell's `s`. */
  readonly styles: readonly NumberMeaning[];
}

const maxSheets = 1_000;
const maxStyles = 100_000;

/** The parts of a workbook. @throws AppError file_format_unsupported when it is none. */
export async function readWorkbook(archive: ZipArchive, signal: AbortSignal | undefined): Promise<Workbook> {
  const parts = new Map(archive.entries.map((entry) => [entry.name.toLowerCase(), entry]));
  const root = await relations(archive, parts.get('_rels/.rels'), '', signal);
  const main = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'));
  const workbookPath = main?.target ?? 'xl/workbook.xml';
  const workbook = parts.get(workbookPath.toLowerCase());
  if (workbook === undefined) {
    throw new AppError('file_format_unsupported', 'This is not a spreadsheet that can be read.', {
      hint: 'Save it as .xlsx or CSV, then upload that file.',
    });
  }
  const folder = workbookPath.split('/').slice(0, -1).join('/');
  const file = workbookPath.split('/').at(-1) ?? '';
  const targets = await relations(
    archive,
    parts.get(`${folder === '' ? '' : `${folder}/`}_rels/${file}.rels`.toLowerCase()),
    folder,
    signal,
  );
  const listed: { readonly name: string; readonly isHidden: boolean; readonly relation: string }[] = [];
  let is1904 = false;
  await readXml(archive.read(workbook, signal), {
    open: (name, tag) => {
      if (name === 'workbookPr') is1904 = /^(?:1|true|on)$/.test(attribute(tag, 'date1904') ?? '');
      if (name !== 'sheet' || listed.length >= maxSheets) return;
      const relation = /\s(?:\w+:)id=["']([^"']+)["']/.exec(tag)?.[1] ?? '';
      const isHidden = (attribute(tag, 'state') ?? 'visible') !== 'visible';
      listed.push({ name: attribute(tag, 'name') ?? '', isHidden, relation });
    },
    close: () => undefined,
    text: () => undefined,
  });
  const partOf = (type: string) => {
    const found = [...targets.values()].find((target) => target.type.endsWith(`/${type}`));
    return found === undefined ? undefined : parts.get(found.target.toLowerCase());
  };
  const sheets = listed.flatMap(({ name, isHidden, relation }): Sheet[] => {
    const target = targets.get(relation);
    const entry = target === undefined ? undefined : parts.get(target.target.toLowerCase());
    return entry === undefined || target?.type.endsWith('/worksheet') !== true
      ? []
      : [{ name, isHidden, entry }];
  });
  if (sheets.length === 0) throw new AppError('file_empty', 'The spreadsheet has no sheet with cells.');
  return {
    sheets,
    is1904,
    sharedStrings: partOf('sharedStrings'),
    styles: await readStyles(archive, partOf('styles'), signal),
  };
}

interface Relation {
  readonly type: string;
  readonly target: string;
}

async function relations(
  archive: ZipArchive,
  entry: ZipEntry | undefined,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Relation>> {
  const found = new Map<string, Relation>();
  if (entry === undefined) return found;
  await readXml(archive.read(entry, signal), {
    open: (name, tag) => {
      if (name !== 'Relationship' || attribute(tag, 'TargetMode') === 'External') return;
      const target = attribute(tag, 'Target') ?? '';
      found.set(attribute(tag, 'Id') ?? '', {
        type: attribute(tag, 'Type') ?? '',
        target: partName(folder, target),
      });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return found;
}

/** A name inside the archive only: it is looked up among the entries and never opened as a path. */
function partName(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/').filter((part) => part !== '');
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

async function readStyles(
  archive: ZipArchive,
  entry: ZipEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly NumberMeaning[]> {
  const codes = new Map<number, string>();
  const styles: NumberMeaning[] = [];
  if (entry === undefined) return styles;
  let isInCells = false;
  await readXml(archive.read(entry, signal), {
    open: (name, tag) => {
      if (name === 'numFmt' && codes.size < maxStyles)
        codes.set(Number(attribute(tag, 'numFmtId')), attribute(tag, 'formatCode') ?? '');
      else if (name === 'cellXfs') isInCells = true;
      else if (name === 'xf' && isInCells && styles.length < maxStyles) {
        const id = Number(attribute(tag, 'numFmtId') ?? '0');
        styles.push(meaningOfFormat(id, codes.get(id)));
      }
    },
    close: (name) => {
      if (name === 'cellXfs') isInCells = false;
    },
    text: () => undefined,
  });
  return styles;
}
