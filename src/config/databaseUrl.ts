/** pg takes the first three for the last, with a warning of several lines. */
const VERIFIED = new Set(['require', 'verify-ca', 'verify-full']);
const SSL_MODES = ['disable', 'no-verify', ...VERIFIED];
const EXAMPLE = 'postgres://user:password@host:5432/database';

/** Of a user or password that was not percent-encoded. */
const UNENCODED = /[/?#\s]|%(?![\da-f]{2})/i;

/** The address of a PostgreSQL database. Throws what is wrong with it, and never a part of it, which may be of the password. */
export function readDatabaseUrl(text: string): string {
  if (text === '') return text;
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (rest === undefined) throw new Error(`must be an address such as ${EXAMPLE}`);
  if (UNENCODED.test(rest.slice(0, Math.max(0, rest.lastIndexOf('@'))))) {
    throw new Error(
      'holds a user or password that is not percent-encoded: / is written %2F, ? is %3F, # is %23, @ is %40, % is %25',
    );
  }
  if (!URL.canParse(text)) throw new Error(`must be an address such as ${EXAMPLE}`);
  const url = new URL(text);
  if (url.pathname.length < 2 || url.hash !== '') throw new Error(`must name a database, as in ${EXAMPLE}`);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  if (!SSL_MODES.includes(mode)) throw new Error(`has an sslmode that is none of ${SSL_MODES.join(', ')}`);
  if (!VERIFIED.has(mode)) return text;
  url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}
