import { Networks } from '../../kernel/networks.js';
import { withoutBrackets } from '../../kernel/networks.js';

const LOOPBACK = new Networks(['127.0.0.0/8', '::1/128']);

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || LOOPBACK.has(withoutBrackets(hostname));

/**
 * Where the registry of an address may be, in the order in which docker looks: by TLS, and without it where the address
 * says so or is this machine's own.
 */
export function originsOf(address: string): URL[] {
  const [, scheme, rest = address] = /^(https?):\/\/(.*)$/is.exec(address) ?? [];
  const host = rest.split('/')[0] ?? '';
  const secure = URL.parse(`https://${host}`);
  const plain = URL.parse(`http://${host}`);
  if (!secure || !plain || host.includes('@')) return [];
  if (scheme?.toLowerCase() === 'http') return [plain];
  return scheme === undefined && isLoopback(secure.hostname) ? [secure, plain] : [secure];
}
