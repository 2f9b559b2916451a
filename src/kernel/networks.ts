import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

const MAX_PREFIX = { ipv4: 32, ipv6: 128 } as const;

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}

function parseCidr(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return undefined;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? MAX_PREFIX[family] : Number(prefixText);
  return prefix > MAX_PREFIX[family] ? undefined : { address, prefix, family };
}

/** Whether the text is an address or a network such as `10.0.0.0/8` or `::1/128`. */
export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

const GROUPS = 8;
/** Groups of 16 bits in the 64 that a provider gives to one customer (RFC 6177). */
const NETWORK_GROUPS = 4;

/** As URLs write it: in small letters, without zone and leading zeros, IPv4 in two groups. */
function canonicalIpv6(address: string): string | undefined {
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? URL.parse(`http://[${plain}]`)?.hostname.slice(1, -1) : undefined;
}

/** RFC 4291, 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;
const bytesOf = (group = ''): number[] => {
  const bits = Number.parseInt(group, 16);
  return [bits >> 8, bits & 0xff];
};

/** An IPv4 address as such where it is spelled as IPv6, as by a socket that takes both; any other text stays. */
export function unmapped(address: string): string {
  if (!address.includes(':')) return address;
  const [, high, low] = MAPPED_IPV4.exec(canonicalIpv6(address) ?? '') ?? [];
  return high === undefined ? address : [...bytesOf(high), ...bytesOf(low)].join('.');
}

/** What one caller has to itself: an IPv4 address, the /64 of an IPv6 one. Any other text stays. */
export function networkOf(text: string): string {
  const address = unmapped(text);
  const canonical = canonicalIpv6(address);
  if (canonical === undefined) return address;
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: GROUPS - head.length - tail.length }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(':')}::/64`;
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

  /** The zone of a scoped address such as `fe80::1%eth0` does not matter. */
  has(address: string): boolean {
    const zone = address.indexOf('%');
    const plain = zone === -1 ? address : address.slice(0, zone);
    return this.#list.check(plain, familyOf(plain) ?? 'ipv4');
  }
}

/** Where clouds serve machine credentials, and nothing that a platform could be; in every form that leads there. */
const DENIED = new Networks([
  '169.254.0.0/16',
  'fe80::/10',
  '::169.254.0.0/112', // IPv4-compatible, RFC 4291 2.5.5.1
  '64:ff9b::169.254.0.0/112', // NAT64, RFC 6052
  '2002:a9fe::/32', // 6to4, RFC 3056
  'fd00:ec2::254', // Amazon
  '100.100.100.200', // Alibaba
  '::100.100.100.200',
  '64:ff9b::100.100.100.200',
  '2002:6464:64c8::/48',
]);

/** The address that a host name spells without a lookup: `127.1`, `0x7f.1` and `2130706433` are 127.0.0.1. */
function literalAddress(host: string): string | undefined {
  if (isIP(host) !== 0) return host;
  const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
  return isIPv4(hostname) ? hostname : undefined;
}

/** Which addresses platforms may have: any but those that are denied, or those of the given networks. */
export class AddressPolicy {
  readonly #allowed: Networks;
  readonly #excepted: Networks;

  constructor(
    private readonly platformNetworks: readonly string[],
    excepted: readonly string[] = [],
  ) {
    this.#allowed = new Networks(platformNetworks);
    this.#excepted = new Networks(excepted);
  }

  /** The same without these networks. */
  without(excepted: readonly string[]): AddressPolicy {
    return new AddressPolicy(this.platformNetworks, excepted);
  }

  allows(address: string): boolean {
    if (DENIED.has(address) || this.#excepted.has(address)) return false;
    return this.#allowed.isEmpty || this.#allowed.has(address);
  }

  /** False for a literal address that is not allowed. What a name resolves to is known only when it is connected to. */
  allowsHost(host: string): boolean {
    const address = literalAddress(withoutBrackets(host));
    return address === undefined || this.allows(address);
  }
}

/** A host name in a URL or header without the brackets of IPv6. */
export function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
