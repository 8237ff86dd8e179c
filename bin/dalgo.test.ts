import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';

const launcher = join(import.meta.dirname, 'dalgo.mjs');

async function launch(
  args: readonly string[],
  onOutput?: (child: ReturnType<typeof spawn>) => void,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (onOutput !== undefined) child.stdout.once('data', () => onOutput(child));
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, said: out + err };
}

async function program(source: string): Promise<string> {
  const file = join(await mkdtemp(join(inject('testDirectory'), 'launcher-')), 'program.ts');
  await writeFile(file, source);
  return file;
}

test('runs a TypeScript file on Node 26 with its arguments and gives back its exit code', async () => {
  const file = await program(
    `const n: number = 7; console.log(process.version, process.argv.slice(2)); process.exit(n)`,
  );
  const { code, said } = await launch(['run', file, 'a b', '--c']);
  expect(said).toMatch(/v26\.[^]*'a b', '--c'/);
  expect(code).toBe(7);
});

test('passes a signal on and waits for the orderly end', async () => {
  const file = await program(
    `process.on('SIGTERM', () => { console.log('cleaned up'); process.exit(3) }); setInterval(() => {}, 1000); console.log('up')`,
  );
  const { code, said } = await launch(['run', file], (child) => child.kill('SIGTERM'));
  expect(said).toBe('up\ncleaned up\n');
  expect(code).toBe(3);
});

test('lists its commands, and refuses one that there is not', async () => {
  expect((await launch([])).said).toMatch(/create-organization --name NAME[^]*backup FILE[^]*doctor/);
  const { code, said } = await launch(['strat']);
  expect(said).toMatch(/no command "strat"/);
  expect(code).toBe(1);
});
