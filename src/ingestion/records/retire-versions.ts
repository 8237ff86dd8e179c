import {
  boundaryOf,
  deletesCondition,
  dropDeleting,
  dropOrphans,
  type Merge,
  sameValues,
  stagingOf,
  targetOf,
} from './merge-tables.ts';

/**
 * Ends the versions of rows that are no longer so at the service (scd2 of dlt), and leaves only new versions staged. A
 * row that did not come has ended, unless only a part was read: then only rows whose key came can have.
 */
export async function retireVersions(merge: Merge): Promise<void> {
  const { root, plan, session } = merge;
  const staging = stagingOf(merge, root);
  const target = targetOf(merge, root);
  const key = plan.mergeKey ?? (plan.isPartial ? plan.primaryKey : undefined);
  const deletes = deletesCondition(merge, 's');
  const isThere = `SELECT FROM ${staging} s WHERE s."_dlt_id" = t."_dlt_id"${deletes === null ? '' : ` AND NOT (${deletes})`}`;
  const conditions = [
    't."_dlt_valid_to" IS NULL',
    `NOT EXISTS (${isThere})`,
    ...(key !== undefined && key.length > 0 && root.table.rows > 0
      ? [`EXISTS (SELECT FROM ${staging} s WHERE ${sameValues(merge, key)})`]
      : []),
  ];
  // With nothing staged, a part says nothing about any key.
  if (key === undefined ? !plan.isPartial : root.table.rows > 0) {
    await session.query(
      `UPDATE ${target} t SET "_dlt_valid_to" = ${boundaryOf(merge)} WHERE ${conditions.join(' AND ')}`,
    );
  }
  await dropDeleting(merge);
  await session.query(
    `DELETE FROM ${staging} s USING ${target} t WHERE t."_dlt_id" = s."_dlt_id" AND t."_dlt_valid_to" IS NULL`,
  );
  await dropOrphans(merge);
  // A version that comes back finds its lists still there.
  for (const table of merge.tables) {
    if (table === root) continue;
    await session.query(
      `DELETE FROM ${stagingOf(merge, table)} s USING ${targetOf(merge, table)} t WHERE t."_dlt_id" = s."_dlt_id"`,
    );
  }
}
