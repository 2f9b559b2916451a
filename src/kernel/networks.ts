import { BlockList, isIP, isIPv6 } from 'node:net';

const MAX_PREFIX = { 4: 32, 6: 128 } as const;

function parseCidr(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address) as 0 | 4 | 6;
  if (version === 0 || rest.length > 0) return undefined;
  const prefix = prefixText === undefined ? MAX_PREFIX[version] : Number(prefixText);
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  if (prefix > MAX_PREFIX[version]) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Whether the text is an address or a network such as `10.0.0.0/8` or `::1/128`. */
export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/** A set of networks. An IPv4 address is found in its IPv4-mapped IPv6 form too. */
export class Networks {
  readonly #list = new BlockList();
  readonly isEmpty: boolean;

  /** `cidrs` must satisfy isCidr. */
  constructor(cidrs: readonly string[]) {
    this.isEmpty = cidrs.length === 0;
    for (const text of cidrs) {
      const cidr = parseCidr(text);
      if (!cidr) throw new Error(`not a network: ${text}`);
      this.#list.addSubnet(cidr.address, cidr.prefix, cidr.family);
    }
  }

  has(address: string): boolean {
    return this.#list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}

/** A host name in a URL or header without the brackets of IPv6. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
