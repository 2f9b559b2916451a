/** pg takes the first three for the last, with a warning of several lines. */
const VERIFIED = new Set(['require', 'verify-ca', 'verify-full']);
const SSL_MODES = ['disable', 'no-verify', ...VERIFIED];
const EXAMPLE = 'postgres://user:password@host:5432/database';

/** Which of several servers is connected to, in libpq's words: the one that takes writes. */
const TARGET = 'target_session_attrs';
const TARGETS = ['primary', 'read-write'];

/** Of a user or password that was not percent-encoded. */
const UNENCODED = /[/?#\s]|%(?![\da-f]{2})/i;

/** Of an address, what names the user, the servers, and the database with what follows. */
interface Parts {
  user: string;
  servers: string[];
  rest: string;
}

function partsOf(text: string): Parts {
  const [, scheme = '', address = ''] = /^(postgres(?:ql)?:\/\/)(.*)$/s.exec(text) ?? [];
  const at = address.lastIndexOf('@') + 1;
  const end = address.slice(at).search(/[/?#]/);
  const rest = end === -1 ? '' : address.slice(at + end);
  const servers = address.slice(at, address.length - rest.length).split(',');
  return { user: scheme + address.slice(0, at), servers, rest };
}

/** An address of a single server for each that the address names, as it was read. */
export function addressesOf(url: string): string[] {
  const { user, servers, rest } = partsOf(url);
  if (servers.length === 1 && !rest.includes(TARGET)) return [url];
  return servers.map((server) => {
    const address = new URL(`${user}${server}${rest}`);
    address.searchParams.delete(TARGET);
    return address.href;
  });
}

/** Whether the address is that of whichever server takes writes. */
export const seeksPrimary = (url: string): boolean => addressesOf(url)[0] !== url;

/**
 * The address of a PostgreSQL database, on several servers where several are named: `host1:5432,host2:5432`.
 * Throws what is wrong with it, and never a part of it, which may be of the password.
 */
export function readDatabaseUrl(text: string): string {
  if (text === '') return text;
  const [, given] = /^postgres(?:ql)?:\/\/(.*)$/s.exec(text) ?? [];
  if (given === undefined) throw new Error(`must be an address such as ${EXAMPLE}`);
  if (UNENCODED.test(given.slice(0, Math.max(0, given.lastIndexOf('@'))))) {
    throw new Error(
      'holds a user or password that is not percent-encoded: / is written %2F, ? is %3F, # is %23, @ is %40, % is %25',
    );
  }
  const { user, servers, rest } = partsOf(text);
  const isWrong = (server: string) =>
    (servers.length > 1 && server === '') || !URL.canParse(`${user}${server}${rest}`);
  if (servers.some(isWrong)) throw new Error(`must be an address such as ${EXAMPLE}`);
  const url = new URL(`${user}${servers[0]}${rest}`);
  if (url.pathname.length < 2 || url.hash !== '') throw new Error(`must name a database, as in ${EXAMPLE}`);
  const target = url.searchParams.get(TARGET);
  if (target !== null && !TARGETS.includes(target))
    throw new Error(`has a ${TARGET} that is none of ${TARGETS.join(', ')}: it must be written to`);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  if (!SSL_MODES.includes(mode)) throw new Error(`has an sslmode that is none of ${SSL_MODES.join(', ')}`);
  if (!VERIFIED.has(mode)) return text;
  url.searchParams.set('sslmode', 'verify-full');
  return `${user}${servers.join()}${url.pathname}${url.search}`;
}

/** Addresses separated by commas, each of one server, whether or not it takes writes. */
export function readDatabaseUrls(text: string): string[] {
  const addresses = text.split(/,(?=postgres(?:ql)?:\/\/)/).filter((address) => address !== '');
  return addresses.map((address) => {
    const url = readDatabaseUrl(address.trim());
    if (seeksPrimary(url))
      throw new Error(
        'names several servers, or a kind of server, in one address; write an address for each',
      );
    return url;
  });
}
