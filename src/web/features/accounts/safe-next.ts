/** Where to go after login: a path of ours only, since a link to the login page may come from anyone. */
export function safeNext(value: string | null): string {
  if (!value?.startsWith('/') || value.startsWith('//') || value.includes('\\')) return '/';
  return value.startsWith('/login') || value.startsWith('/signup') ? '/' : value;
}
