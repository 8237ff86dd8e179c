import { hash, verify } from '@node-rs/argon2';

/**
 * Argon2id with OWASP's parameters: 19 MiB, 2 passes, 1 lane; some 20 ms on a laptop. The string carries its own
 * parameters, so that they can be raised later without a migration. (Algorithm 2 is Argon2id; the package's const
 * enum has no value under type stripping.)
 */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

let unknownAccount: Promise<string> | undefined;

/**
 * Whether the password is the one of the hash. Without a hash (no such account) a dummy is verified, so that the
 * time of the answer does not tell which e-mails have an account.
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | null | undefined,
): Promise<boolean> {
  if (passwordHash === null || passwordHash === undefined) {
    unknownAccount ??= hashPassword('no account has this password');
    await verify(await unknownAccount, password);
    return false;
  }
  return verify(passwordHash, password);
}
