import { z } from 'zod';
import { databaseSettings } from '../../databases/database-settings.ts';

/** How a MySQL or MariaDB database is set up as a source. */
export const mysqlSettings = databaseSettings({ port: 3306, nameLength: 64, userLength: 80 }).extend({
  geometry: z
    .enum(['geojson', 'wkt'])
    .default('geojson')
    .meta({
      title: 'Places and shapes',
      'x-order': 9,
      'x-step': 'load',
      'x-labels': { geojson: 'GeoJSON', wkt: 'Text, such as POINT(73.85 18.52)' },
    }),
});
export type MysqlSettings = z.output<typeof mysqlSettings>;
