import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { describeIssue } from './describe-issue.ts';
import { AppError } from './errors.ts';

/** A key-encryption key. The first of the list encrypts; all decrypt. */
export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  readonly port: number;
  /** Absolute. Holds the embedded database, uploads and generated secrets. */
  readonly dataDirectory: string;
  /** Owner's connection string of an outside PostgreSQL; undefined = embedded. */
  readonly databaseUrl: string | undefined;
  readonly jwtSecret: string;
  readonly accessTokenMinutes: number;
  readonly refreshTokenDays: number;
  readonly encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  readonly logLevel: string;
  readonly sentryDsn: string | undefined;
  /** Where several servers count requests together; undefined = each by itself. */
  readonly redisUrl: string | undefined;
  /** How many proxies in front may be believed about the client's address; 0 = none. */
  readonly trustedProxies: number;
  /** Served over https by a proxy: cookies get Secure, HSTS is sent. */
  readonly publicUrl: string | undefined;
  readonly maxUploadBytes: number;
  /** Absolute. Files that other programs put there are loaded; undefined = there is no such folder. */
  readonly watchFolder: string | undefined;
  /** Uploaded files are kept in the database too, for workers on other machines. */
  readonly uploadsInDatabase: boolean;
  /** smtp(s)://user:password@host:port of the mail server; undefined = no e-mail. */
  readonly smtpUrl: string | undefined;
  /** Sender of e-mails. */
  readonly mailFrom: string;
  /** Key of a service account of Google for organizations that bring none; undefined = each needs its own. */
  readonly googleCredentialsJson: string | undefined;
  /** Where Google's services are, without a slash at the end. */
  readonly googleSheetsUrl: string;
  readonly googleOauthUrl: string;
  readonly googleAccountsUrl: string;
  /** With which people sign in with Google; undefined = they cannot. */
  readonly googleOauthClient: { readonly id: string; readonly secret: string } | undefined;
  /** Opens /metrics; undefined = there is no such address. */
  /** Where traces go; no endpoint: nowhere. */
  readonly tracing: {
    readonly endpoint: string | undefined;
    /** A secret may be among them. */
    readonly headers: Readonly<Record<string, string>>;
    readonly serviceName: string;
  };
  readonly metricsToken: string | undefined;
  /** Days for which what runs leave behind is kept. */
  readonly keptDays: {
    readonly runLogs: number;
    readonly rejectedRows: number;
    readonly events: number;
    readonly notifications: number;
  };
  /** Hosts that outbound requests may reach although they are private, by an administrator's word. */
  readonly outboundAllowedHosts: readonly string[];
  /** Requests of sources to one host, of all processes on one database together. */
  readonly outboundLimits: { readonly atOnce: number; readonly perMinute: number };
  /** How services of sources are waited for. */
  readonly servicePatience: {
    /** For one answer, whole. */
    readonly timeoutMs: number;
    /** Before the second try; doubled for each further one. */
    readonly retryDelayMs: number;
  };
}

const environmentSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  DALGO_DATA_DIR: z.string().min(1).default('.dalgo'),
  DATABASE_URL: z.string().min(1).optional(),
  SUPABASE_DB_URL: z.string().min(1).optional(),
  JWT_SECRET_KEY: z.string().min(32, 'use at least 32 characters').optional(),
  JWT_ALGORITHM: z.literal('HS256').optional(),
  ACCESS_TOKEN_EXPIRE_MINUTES: z.coerce.number().positive().max(1440).default(15),
  REFRESH_TOKEN_EXPIRE_DAYS: z.coerce.number().positive().max(365).default(7),
  ENCRYPTION_KEY: z.string().min(16, 'use at least 16 characters').optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SENTRY_DSN: z.string().optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(20 * 1024 ** 3),
  WATCH_FOLDER: z.string().min(1).optional(),
  UPLOADS_IN_DATABASE: z.enum(['on', 'off']).optional(),
  OUTBOUND_ALLOWED_HOSTS: z.string().default(''),
  OUTBOUND_PER_HOST: z.coerce.number().int().min(1).max(100).default(8),
  OUTBOUND_PER_HOST_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  SERVICE_TIMEOUT_SECONDS: z.coerce.number().positive().max(3600).default(180),
  SERVICE_RETRY_SECONDS: z.coerce.number().min(0).max(60).default(1),
  GOOGLE_CREDENTIALS_JSON: z.string().optional(),
  GOOGLE_SHEETS_URL: z.url({ protocol: /^https?$/ }).default('https://sheets.googleapis.com'),
  GOOGLE_OAUTH_URL: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com'),
  GOOGLE_ACCOUNTS_URL: z.url({ protocol: /^https?$/ }).default('https://accounts.google.com'),
  GOOGLE_OAUTH_CLIENT_ID: z.string().min(1).max(500).optional(),
  GOOGLE_OAUTH_CLIENT_SECRET: z.string().min(1).max(500).optional(),
  METRICS_TOKEN: z
    .string()
    .min(16, 'use at least 16 characters')
    .regex(/^[\w.~+/-]+=*$/, 'use letters, digits and -._~+/ only')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default(''),
  OTEL_SERVICE_NAME: z.string().min(1).default('dalgo-lite'),
  KEEP_RUN_LOGS_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
  KEEP_REJECTED_ROWS_DAYS: z.coerce.number().int().min(1).max(3650).default(90),
  KEEP_EVENTS_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  KEEP_NOTIFICATIONS_DAYS: z.coerce.number().int().min(1).max(3650).default(180),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]*$/, 'use an address such as Dalgo <dalgo@example.org>')
    .optional(),
});

/** Names of all settings; docs/how-to/configure.md lists the same, by a test. */
export const settingNames: readonly string[] = Object.keys(environmentSchema.shape);

const generatedSchema = z.object({ jwtSecret: z.string(), encryptionKey: z.string() });

/** `name=value,name=value`, the values percent-encoded: as OpenTelemetry has it. */
function parseHeaders(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 1 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]];
    }),
  );
}

/** Reads the secrets that were generated at the first start, or generates them. */
function generatedSecrets(dataDirectory: string): z.infer<typeof generatedSchema> {
  const file = join(dataDirectory, 'secrets.json');
  try {
    mkdirSync(dataDirectory, { recursive: true });
    if (existsSync(file)) return generatedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const secrets = {
      jwtSecret: randomBytes(48).toString('base64url'),
      encryptionKey: randomBytes(32).toString('base64url'),
    };
    // Written aside and renamed: a power cut leaves either no file or the whole one.
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
    chmodSync(aside, 0o600);
    renameSync(aside, file);
    return secrets;
  } catch (error) {
    throw new AppError(
      'data_directory_unusable',
      `The data directory ${dataDirectory} cannot be read or written.`,
      {
        cause: error,
      },
    );
  }
}

/** `key` or `id:key`, comma-separated; any string of 16 characters or more is stretched to 32 bytes. */
function parseEncryptionKeys(text: string): readonly [EncryptionKey, ...EncryptionKey[]] {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): EncryptionKey => {
      const colon = part.indexOf(':');
      const material = part.slice(colon + 1);
      if (material.length < 16) {
        throw new AppError('configuration_invalid', 'ENCRYPTION_KEY: each key needs at least 16 characters.');
      }
      return {
        id:
          colon < 0 ? createHash('sha256').update(material).digest('hex').slice(0, 8) : part.slice(0, colon),
        key: Buffer.from(hkdfSync('sha256', material, '', 'dalgo-lite key encryption', 32)),
      };
    });
  const [first, ...rest] = keys;
  if (first === undefined) throw new AppError('configuration_invalid', 'ENCRYPTION_KEY is empty.');
  return [first, ...rest];
}

/** Where the program lives is the best guess of where its mail comes from. */
function mailDomain(publicUrl: string | undefined): string {
  return publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
}

/**
 * Settings from the environment. Secrets that are absent are generated once into the data directory.
 *
 * @param environment normally `process.env`.
 * @throws AppError configuration_invalid naming the variable.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(present, { error: describeIssue });
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }));
    const list = errors.map((error) => `${error.path}: ${error.message}`).join('; ');
    throw new AppError('configuration_invalid', `Settings need a correction: ${list}.`, { errors });
  }
  const env = parsed.data;
  const dataDirectory = resolve(env.DALGO_DATA_DIR);
  const generated =
    env.JWT_SECRET_KEY === undefined || env.ENCRYPTION_KEY === undefined
      ? generatedSecrets(dataDirectory)
      : undefined;
  return {
    environment: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT,
    dataDirectory,
    databaseUrl: env.DATABASE_URL ?? env.SUPABASE_DB_URL,
    jwtSecret: env.JWT_SECRET_KEY ?? generated?.jwtSecret ?? '',
    accessTokenMinutes: env.ACCESS_TOKEN_EXPIRE_MINUTES,
    refreshTokenDays: env.REFRESH_TOKEN_EXPIRE_DAYS,
    encryptionKeys: parseEncryptionKeys(env.ENCRYPTION_KEY ?? generated?.encryptionKey ?? ''),
    logLevel: env.LOG_LEVEL,
    sentryDsn: env.SENTRY_DSN,
    redisUrl: env.REDIS_URL,
    trustedProxies: env.TRUSTED_PROXIES,
    publicUrl: env.PUBLIC_URL,
    maxUploadBytes: env.MAX_UPLOAD_BYTES,
    watchFolder: env.WATCH_FOLDER === undefined ? undefined : resolve(env.WATCH_FOLDER),
    // An embedded database is reached from this machine only.
    uploadsInDatabase:
      env.UPLOADS_IN_DATABASE === undefined
        ? (env.DATABASE_URL ?? env.SUPABASE_DB_URL) !== undefined
        : env.UPLOADS_IN_DATABASE === 'on',
    metricsToken: env.METRICS_TOKEN,
    tracing: {
      endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: parseHeaders(env.OTEL_EXPORTER_OTLP_HEADERS),
      serviceName: env.OTEL_SERVICE_NAME,
    },
    keptDays: {
      runLogs: env.KEEP_RUN_LOGS_DAYS,
      rejectedRows: env.KEEP_REJECTED_ROWS_DAYS,
      events: env.KEEP_EVENTS_DAYS,
      notifications: env.KEEP_NOTIFICATIONS_DAYS,
    },
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM ?? `Dalgo Lite <dalgo@${mailDomain(env.PUBLIC_URL)}>`,
    googleCredentialsJson: env.GOOGLE_CREDENTIALS_JSON,
    googleSheetsUrl: env.GOOGLE_SHEETS_URL.replace(/\/+$/, ''),
    googleAccountsUrl: env.GOOGLE_ACCOUNTS_URL.replace(/\/+$/, ''),
    googleOauthClient:
      env.GOOGLE_OAUTH_CLIENT_ID === undefined || env.GOOGLE_OAUTH_CLIENT_SECRET === undefined
        ? undefined
        : { id: env.GOOGLE_OAUTH_CLIENT_ID, secret: env.GOOGLE_OAUTH_CLIENT_SECRET },
    googleOauthUrl: env.GOOGLE_OAUTH_URL.replace(/\/+$/, ''),
    outboundLimits: { atOnce: env.OUTBOUND_PER_HOST, perMinute: env.OUTBOUND_PER_HOST_MINUTE },
    servicePatience: {
      timeoutMs: env.SERVICE_TIMEOUT_SECONDS * 1000,
      retryDelayMs: env.SERVICE_RETRY_SECONDS * 1000,
    },
    outboundAllowedHosts: env.OUTBOUND_ALLOWED_HOSTS.split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  };
}

/**
 * A password for a database role of this installation, the same on every machine that shares ENCRYPTION_KEY,
 * so that it need not be stored.
 */
export function derivedPassword(config: Config, purpose: string): string {
  return Buffer.from(
    hkdfSync('sha256', config.encryptionKeys[0].key, '', `dalgo-lite role ${purpose}`, 24),
  ).toString('base64url');
}
