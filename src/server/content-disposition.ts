/**
 * `attachment` with a file name for every browser: plain ASCII for old ones, RFC 8187 for the others. Whatever could
 * break out of the header, or hide an extension, is replaced.
 */
export function contentDisposition(filename: string): string {
  const safe = filename.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069/\\]/gu, '_').toWellFormed();
  const ascii = safe.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["%;]/g, '_');
  const encoded = encodeURIComponent(safe).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
