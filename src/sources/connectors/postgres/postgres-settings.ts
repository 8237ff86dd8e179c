import type { z } from 'zod';
import { databaseSettings } from '../../databases/database-settings.ts';

/** How a PostgreSQL database is set up as a source. */
export const postgresSettings = databaseSettings({ port: 5432, nameLength: 63, userLength: 63 });
export type PostgresSettings = z.output<typeof postgresSettings>;
