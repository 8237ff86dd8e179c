import type { Organization, User } from '#contracts/accounts';
import type { RowOf } from '#platform/database/tables';

/** What the API says of a user. */
export function presentUser(row: Pick<RowOf<'users'>, 'id' | 'email' | 'name'>): User {
  return { id: row.id, email: row.email, name: row.name };
}

export const organizationColumns = [
  'id',
  'name',
  'timezone',
  'locale',
  'fiscal_year_start_month',
  'created_at',
] as const satisfies readonly (keyof RowOf<'organizations'>)[];

/** What the API says of an organization. */
export function presentOrganization(
  row: Pick<RowOf<'organizations'>, (typeof organizationColumns)[number]>,
): Organization {
  return {
    id: row.id,
    name: row.name,
    timezone: row.timezone,
    locale: row.locale,
    fiscal_year_start_month: row.fiscal_year_start_month,
    created_at: row.created_at.toISOString(),
  };
}
