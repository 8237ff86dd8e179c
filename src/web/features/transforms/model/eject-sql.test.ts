import { expect, test } from 'vitest';
import { ejectSql } from './eject-sql.ts';

test('tables keep their own name without the schema; what only looks like one stays', () => {
  const sql = `WITH a AS (SELECT "x" FROM "org_abc"."source_1") SELECT '"org_abc"."other"' FROM a JOIN "org_abc"."transform_2" r ON true`;
  expect(ejectSql(sql, [{ name: 'source_1' }, { name: 'transform_2' }])).toBe(
    `WITH a AS (SELECT "x" FROM "source_1") SELECT '"org_abc"."other"' FROM a JOIN "transform_2" r ON true`,
  );
});
