const sheets = 'https://www.googleapis.com/auth/spreadsheets';

/** What is asked for: no more than what the person is about to do. `openid` and `email` say whose account it is. */
export const scopesFor = {
  read: ['openid', 'email', `${sheets}.readonly`],
  write: ['openid', 'email', sheets],
} as const;

export const mayWrite = (scopes: readonly string[]): boolean => scopes.includes(sheets);
export const mayRead = (scopes: readonly string[]): boolean =>
  mayWrite(scopes) || scopes.includes(`${sheets}.readonly`);
