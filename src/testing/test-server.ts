import { derivedPassword, loadConfig, type Config } from '#platform/config';
import { OWNER_ROLE } from '#platform/database/bootstrap';

/** The database that every test database is a copy of. */
export const templateDatabase = 'dalgo_template';

/**
 * The settings of a test installation. All share their secrets: the passwords of database roles derive from them,
 * and roles belong to the server, not to one database.
 */
export function testConfig(ownerUrl: string, dataDirectory: string): Config {
  return loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: ownerUrl,
    DALGO_DATA_DIR: dataDirectory,
    PORT: '0',
    JWT_SECRET_KEY: 'only-for-tests-only-for-tests-only-for-tests',
    ENCRYPTION_KEY: 'only-for-tests-only-for-tests',
    LOG_LEVEL: 'silent',
  });
}

/** The password of the role that owns every test database. */
export function testOwnerPassword(): string {
  return derivedPassword(testConfig('postgresql://unused', '.'), OWNER_ROLE);
}
