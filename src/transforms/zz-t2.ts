import { DuckDBInstance } from '@duckdb/node-api';
const i = await DuckDBInstance.create(':memory:');
const c = await i.connect();
for (const q of process.argv.slice(2)) {
  try {
    const r = await c.runAndReadAll(q);
    console.log(q, '=>', r.columnTypes().map(String).join(), JSON.stringify(r.getRowsJson()));
  } catch (e) {
    console.log(q, '!!', String(e).slice(0, 200));
  }
}
