import { AppError } from '#platform/errors';

let common: Promise<ReadonlySet<string>> | undefined;

/** The 49,000 most common passwords of the zxcvbn project; loaded at the first use, some 4 MB. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return common;
}

const weak = (message: string): AppError =>
  new AppError('weak_password', message, { errors: [{ path: 'password', message }] });

/** What remains of the password when the words that an attacker tries first are cut out of it. */
function withoutWords(password: string, words: readonly string[]): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ''), password);
}

/**
 * Refuses a new password that attackers try first: common ones, few different characters, or hardly more than the
 * person's own name, e-mail, organization or the product's name. Composition is free.
 *
 * @param known what is known about the person: e-mail, name, name of the organization.
 * @throws AppError weak_password
 */
export async function checkNewPassword(password: string, known: readonly string[]): Promise<void> {
  const lower = password.toLowerCase();
  if ((await commonPasswords()).has(lower)) {
    throw weak('This is one of the most common passwords.');
  }
  if (new Set(lower).size < 4) {
    throw weak('It has too few different characters.');
  }
  const words = ['dalgo', ...known.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))]
    .filter((word) => word.length >= 4)
    .toSorted((a, b) => b.length - a.length);
  if (withoutWords(lower, words).length < 6) {
    throw weak('It is little more than your name, your e-mail or the name of your organization.');
  }
}
