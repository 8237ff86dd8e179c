/** The token of an Authorization header; undefined when there is none of the kind Bearer. */
export function bearerToken(header: string | undefined): string | undefined {
  // RFC 6750: the scheme in any case, one token of these characters.
  return /^bearer +([\w.~+/-]+=*)$/i.exec(header ?? '')?.[1];
}
