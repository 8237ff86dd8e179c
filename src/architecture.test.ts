import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname);

/** Domains in the order of the data's journey: each may use those before it. */
const DOMAINS = ['accounts', 'sources', 'warehouse', 'ingestion', 'transforms', 'pipelines'] as const;

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly specifier: string;
}

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.next') && !file.endsWith('.d.ts'))
    .map((file) => join(SRC, file));
}

/** The part of the house a path belongs to: `platform`, `sources`, `server` …; '' for a file directly in src. */
function roomOf(path: string): string {
  const parts = relative(SRC, path).split('/');
  return parts.length > 1 ? (parts[0] ?? '') : '';
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.flatMap((specifier): Import[] => {
    if (specifier.startsWith('#')) {
      return [{ file, from: roomOf(file), to: specifier.slice(1).split('/')[0] ?? '', specifier }];
    }
    if (!specifier.startsWith('.')) return [];
    return [{ file, from: roomOf(file), to: roomOf(resolve(dirname(file), specifier)), specifier }];
  });
}

function mayImport(from: string, to: string, isTest: boolean): boolean {
  if (from === to || from === '') return true;
  if (isTest && (to === 'testing' || to === 'platform' || to === 'contracts')) return true;
  switch (from) {
    case 'contracts':
      return false;
    case 'platform':
      return to === 'contracts' || (isTest && to === 'testing');
    case 'web':
      return to === 'contracts';
    case 'testing':
      return to !== 'web' && to !== 'server';
    case 'server':
      return to !== 'web' && to !== 'testing';
    default: {
      const own = DOMAINS.findIndex((domain) => domain === from);
      const other = DOMAINS.findIndex((domain) => domain === to);
      return to === 'platform' || to === 'contracts' || (other >= 0 && other < own);
    }
  }
}

const files = sourceFiles();
const imports = files.flatMap(importsOf);

test('every import follows the order of the house', () => {
  const wrong = imports
    .filter(({ file, from, to }) => !mayImport(from, to, /\.(test|soak)\.|\/testing\//.test(file)))
    .map(({ file, specifier }) => `${relative(SRC, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('a domain is entered only by its index', () => {
  const wrong = imports
    // A test may ask another domain what came of it, without that becoming public.
    .filter(({ file }) => !file.includes('.test.'))
    .filter(({ from, to }) => from !== to && (DOMAINS as readonly string[]).includes(to))
    .filter(({ specifier }) => !/^#[a-z]+$/.test(specifier))
    .map(({ file, specifier }) => `${relative(SRC, file)} imports ${specifier}`);
  expect(wrong).toEqual([]);
});

test('contracts import nothing but zod', () => {
  const wrong = files
    .filter((file) => roomOf(file) === 'contracts')
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '([^'.#][^']*)'/g)]
        .map((match) => match[1])
        .filter((specifier) => specifier !== 'zod')
        .map((specifier) => `${relative(SRC, file)} imports ${specifier}`),
    );
  expect(wrong).toEqual([]);
});

/** Who may look at all organizations at once, and why it must. */
const SYSTEM_SCOPE: Readonly<Record<string, readonly string[]>> = {
  // Before a session is known, or about a person who is in several organizations.
  accounts: [
    'authenticate',
    'change-password',
    'create-organization',
    'create-system-user',
    'forget-old-sessions',
    'get-me',
    'log-in',
    'log-out',
    'members',
    'refresh-session',
    'sign-up',
  ],
  // What processes that died left in any organization's schema is told by the names of tables alone.
  transforms: ['preview/drop-forgotten-results'],
};

test('only signing in, scheduling, taking over runs and administration look at all organizations', () => {
  const wrong = files
    .filter((file) => readFileSync(file, 'utf8').includes('withSystem('))
    .map((file) => relative(SRC, file))
    .filter((file) => !file.includes('.test.') && !file.includes('testing/'))
    .filter((file) => {
      const room = file.split('/')[0] ?? '';
      if (room === 'server' || room === 'pipelines' || file.startsWith('platform/database/')) return false;
      return !(SYSTEM_SCOPE[room] ?? []).some((name) => file === `${room}/${name}.ts`);
    });
  expect(wrong).toEqual([]);
});

test('no file is named for being everything and nothing', () => {
  const wrong = files
    .map((file) => relative(SRC, file))
    .filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager|shared)(\.|\/)/.test(file));
  expect(wrong).toEqual([]);
});
