/** The token in a header that holds it bare, as documented, or as `Bearer <token>`; undefined when there is none. */
export function bearerToken(header: string | undefined): string | undefined {
  const token = header?.replace(/^Bearer\s+/i, '').trim();
  return token === '' ? undefined : token;
}
