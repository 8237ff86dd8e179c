import { expect, test } from 'vitest';
import { checkSql } from './check-sql.ts';

/** Each tries to do or see what a step may not. */
const hostile: readonly string[] = [
  // Other statements
  'INSERT INTO t VALUES (1)',
  'UPDATE t SET a = 1',
  'DELETE FROM t',
  'MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE',
  'DROP TABLE t',
  'CREATE TABLE t (a int)',
  'CREATE TABLE t AS SELECT 1',
  'ALTER ROLE org_1 SUPERUSER',
  'GRANT ALL ON t TO public',
  'TRUNCATE t',
  "COPY t TO '/tmp/x'",
  "COPY (SELECT 1) TO PROGRAM 'id'",
  'DO $$ BEGIN PERFORM 1; END $$',
  'SET ROLE postgres',
  'RESET ROLE',
  'BEGIN',
  'VACUUM',
  'EXPLAIN ANALYZE SELECT 1',
  'LISTEN x',
  'CALL p()',
  'PREPARE p AS SELECT 1',
  'EXECUTE p',
  'DECLARE c CURSOR FOR SELECT 1',
  "LOAD 'x'",
  'LOCK TABLE t',
  'SHOW ALL',
  // More than one, or hidden behind another
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP TABLE t',
  'SELECT 1;; DELETE FROM t',
  ') AS own) AS own; DROP TABLE t; --',
  'SELECT 1) AS x, (SELECT 2',
  'SELECT 1 /* */; /* */ DROP TABLE t --',
  // A SELECT that writes or locks
  'SELECT * INTO t2 FROM t',
  'SELECT * FROM t FOR UPDATE',
  'SELECT * FROM t FOR KEY SHARE SKIP LOCKED',
  'WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x',
  'WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x',
  'WITH x AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM x',
  'SELECT (WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x)',
  // The catalogue and other schemas
  'SELECT * FROM pg_catalog.pg_class',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM org_2.source_1',
  'SELECT * FROM "org_2"."source_1"',
  'SELECT * FROM other.public.t',
  'SELECT * FROM public.users',
  'TABLE pg_catalog.pg_authid',
  'SELECT * FROM t WHERE EXISTS (SELECT 1 FROM dbos.workflow_status)',
  'SELECT * FROM ONLY t',
  'SELECT * FROM t TABLESAMPLE SYSTEM (1)',
  // Functions that reach outside
  'SELECT pg_sleep(10)',
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_ls_dir('/')",
  "SELECT lo_import('/etc/passwd')",
  'SELECT lo_get(1)',
  "SELECT dblink('host=x', 'SELECT 1')",
  "SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int)",
  "SELECT query_to_xml('SELECT * FROM org_2.t', true, true, '')",
  "SELECT table_to_xml('users', true, true, '')",
  "SELECT set_config('role', 'postgres', false)",
  "SELECT current_setting('data_directory')",
  'SELECT pg_cancel_backend(1)',
  'SELECT pg_terminate_backend(pg_backend_pid())',
  'SELECT pg_advisory_lock(1)',
  "SELECT nextval('s')",
  "SELECT setval('s', 1)",
  'SELECT random()',
  'SELECT gen_random_uuid()',
  'SELECT clock_timestamp()',
  'SELECT version()',
  'SELECT inet_server_addr()',
  "SELECT has_table_privilege('t', 'select')",
  "SELECT pg_notify('a', 'b')",
  "SELECT to_regclass('pg_authid')",
  "SELECT ts_stat('SELECT 1')",
  "SELECT format('%1000000000s', 1)",
  'SELECT pg_catalog.pg_sleep(1)',
  'SELECT public.evil()',
  'SELECT org_1.evil()',
  "SELECT xmlparse(document '<a/>')",
  "SELECT xpath('/a', '<a/>')",
  "SELECT convert_from('\\x61', 'UTF8')",
  'SELECT current_user',
  'SELECT session_user',
  'SELECT user',
  'SELECT current_catalog',
  'SELECT current_schema',
  'SELECT current_role',
  // Types and operators that look things up
  "SELECT 'pg_authid'::regclass",
  "SELECT CAST('pg_sleep' AS regproc)",
  "SELECT regclass 'pg_authid'",
  "SELECT '1'::oid",
  "SELECT '{}'::pg_class[]",
  'SELECT 1::public.evil',
  'SELECT 1 OPERATOR(public.+) 2',
  'SELECT 1 === 2',
  "SELECT 'a' COLLATE evil.c",
  'SELECT \'a\' COLLATE "en_US"',
  // Work without end
  'WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT * FROM r) SELECT * FROM r',
  'SELECT generate_series(1, 1000000000)',
  'SELECT * FROM generate_series(1, 100000) a, generate_series(1, 100000) b',
  "SELECT repeat('x', 1000000000)",
  "SELECT repeat('x', a) FROM t",
  "SELECT lpad('x', 900000000)",
  `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`,
  `SELECT ${'1+'.repeat(9000)}1`,
  // What stands in for something else
  'SELECT $1',
  'SELECT * FROM __input__',
  'WITH input AS (SELECT 1) SELECT * FROM {{input}}',
  'WITH __input__ AS (SELECT 1) SELECT * FROM {{input}}',
  'SELECT * FROM {{inputs}}',
  'SELECT * FROM {{input}}; DROP TABLE t',
  'SELECT {{input}}() FROM t',
  '',
  '   ',
  '-- nothing',
  "SELECT 'never closed",
  'SELECT /* never closed',
  'SELECT * FROM (t).a',
  'SELECT (a).b FROM t',
  "SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS b text)",
  "SELECT * FROM JSON_TABLE('{}', '$' COLUMNS (a text PATH '$.a'))",
  'SELECT * FROM ROWS FROM (pg_ls_dir($$/$$)) AS x',
  'VALUES (pg_sleep(1))',
  'SELECT 1 WHERE 1 IN (SELECT pg_sleep(1))',
  'SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM t',
  'SELECT sum(1) OVER (ORDER BY pg_sleep(1)) FROM t',
  'SELECT 1 ORDER BY pg_sleep(1)',
  'SELECT 1 LIMIT (SELECT pg_sleep(1)::text::int)',
  'SELECT 1 GROUP BY pg_sleep(1)',
  'SELECT CASE WHEN true THEN pg_sleep(1) END',
  'SELECT ARRAY[pg_sleep(1)]',
  'SELECT a FROM t UNION SELECT pg_sleep(1)::text',
  'SELECT * FROM t JOIN LATERAL pg_sleep(t.a) AS s ON true',
];

test.each(hostile)('refuses %s', (sql) => {
  const { checked, problem } = checkSql(sql);
  const own = checked?.tables.map((table) => table.name) ?? [];
  // A name alone can only be one of the organization's tables: the catalogue decides whether there is such a one.
  expect(checked, own.join()).toBeNull();
  expect(problem?.message).toMatch(/\S/);
  expect(problem?.position).toBeLessThanOrEqual(sql.length);
});

test('names of WITH count only where they can be seen', () => {
  const tables = (sql: string) => checkSql(sql).checked?.tables.map((table) => table.name);
  expect(tables('SELECT * FROM pg_class')).toEqual(['pg_class']);
  expect(tables('SELECT * FROM (WITH pg_class AS (SELECT 1) SELECT * FROM pg_class) a, pg_class')).toEqual([
    'pg_class',
  ]);
  expect(tables('WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a) SELECT * FROM a, b')).toEqual(['a']);
  expect(tables('WITH b AS (SELECT * FROM a), a AS (SELECT 1) SELECT * FROM a, b')).toEqual(['a']);
  expect(tables('(WITH a AS (SELECT 1) SELECT * FROM a) UNION SELECT * FROM a')).toEqual(['a']);
  expect(tables('WITH a AS (SELECT 1) SELECT (SELECT max(x) FROM (SELECT * FROM a) q)')).toEqual([]);
  expect(tables('SELECT * FROM Visits v JOIN "Village list" USING (id)')).toEqual(['visits', 'Village list']);
});

test('the step before is replaced where it is a table, and nowhere else', () => {
  const sql = `SELECT {{ input }}.a, '{{input}}' FROM {{input}} -- {{input}}`;
  const { checked } = checkSql(sql);
  expect(checked?.query).toBe(`SELECT "input"    .a, '{{input}}' FROM "input"   -- {{input}}`);
  expect(checked?.readsInput).toBe(true);
});

test.each<[string, readonly string[] | null, Record<string, readonly string[]> | null]>([
  ['SELECT a AS x, b + c AS y FROM t WHERE d > 1', ['a', 'b', 'c', 'd'], { x: ['a'], y: ['b', 'c'] }],
  ['SELECT *, a + 1 AS y FROM t', ['a'], { y: ['a'] }],
  ['SELECT t.a, u.b FROM t JOIN u USING (k)', ['t', 'a', 'u', 'b', 'k'], { a: ['a'], b: ['b'] }],
  ['SELECT q.n FROM (SELECT max(a) AS n FROM t) q', ['q', 'n', 'a'], null],
  ['WITH w AS (SELECT a FROM t) SELECT b FROM u', ['a', 'b'], null],
  ['SELECT a FROM t UNION ALL SELECT b FROM u', ['a', 'b'], null],
  ['SELECT * FROM t NATURAL JOIN u', null, null],
  ['SELECT * FROM t EXCEPT SELECT * FROM u', null, null],
  ['SELECT DISTINCT * FROM t', null, null],
  ['SELECT x.p FROM t AS x(p, q)', null, null],
  ['SELECT count(v) FROM visits v', null, null],
  ['SELECT count(*) AS n FROM t', [], { n: [] }],
])('knows which columns matter to %s', (text, mentioned, made) => {
  const columns = checkSql(text).checked?.columns;
  expect(columns?.mentioned === null ? null : columns?.mentioned.toSorted()).toEqual(
    mentioned === null ? null : mentioned.toSorted(),
  );
  expect(
    columns?.made === null
      ? null
      : Object.fromEntries(columns?.made.map((each) => [each.name, each.from.toSorted()]) ?? []),
  ).toEqual(made);
});

test('says where it is wrong in the text as it was written, whatever letters stand before', () => {
  const sql = `SELECT 'नमस्ते 👍', {{input}}.a, pg_sleep(1) FROM {{input}}`;
  expect(checkSql(sql).problem).toEqual({
    message: 'The function pg_sleep cannot be used in a step.',
    position: sql.indexOf('pg_sleep'),
  });
  const broken = `SELECT 'नमस्ते 👍' FRM a b`;
  expect(checkSql(broken).problem).toMatchObject({ position: broken.indexOf('a b') });
  expect(checkSql(`SELECT 1;\nSELECT 2`).problem).toMatchObject({ position: expect.any(Number) });
});

test.each([
  'SELECT district, count(*) AS n, avg(age) FILTER (WHERE age > 18) FROM {{input}} GROUP BY 1 HAVING count(*) > 2',
  'SELECT * FROM {{input}} i LEFT JOIN visits v ON v.id = i.id AND v.day BETWEEN i.a AND i.b',
  "SELECT *, row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST) AS n, a::date, data->>'x' FROM {{input}};",
  'SELECT a, sum(b) FROM t GROUP BY GROUPING SETS ((a), ())',
  "SELECT unnest(string_to_array(a, ',')) AS part FROM t",
  "SELECT day FROM generate_series(date '2026-01-01', date '2026-12-01', interval '1 month') AS s(day)",
  'SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b',
  "SELECT extract(year FROM d), d AT TIME ZONE 'Asia/Kolkata', trim(BOTH ' ' FROM a), substring(a FROM 2 FOR 3) FROM t",
  'SELECT a FROM t WHERE a = ANY (ARRAY[1, 2]) AND b IN (SELECT c FROM u) AND NOT EXISTS (SELECT 1 FROM v)',
  'SELECT a FROM t UNION ALL SELECT b FROM u EXCEPT SELECT c FROM v ORDER BY 1 LIMIT 10 OFFSET 5',
  'WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM x CROSS JOIN LATERAL (SELECT x.a + 1) AS y(b)',
  "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a), string_agg(b, ', ' ORDER BY b) FROM t",
  'SELECT make_interval(days => 3), CURRENT_DATE, COALESCE(a, b), GREATEST(a, b), NULLIF(a, 0), a[1], (ARRAY[1])[1] FROM t',
  "SELECT lpad(a, 5, '0'), a COLLATE \"C\", a ILIKE '%x%' ESCAPE '!', a SIMILAR TO 'b', -a, NOT b IS TRUE FROM t",
])('allows %s', (sql) => {
  expect(checkSql(sql).problem).toBeNull();
});
