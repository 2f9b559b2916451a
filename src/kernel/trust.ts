import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { Networks, unmapped, withoutBrackets } from './networks.js';

export interface TrustSettings {
  readonly TRUSTED_NETWORKS: readonly string[];
  readonly TRUSTED_PROXIES: readonly string[];
  readonly PUBLIC_HOSTS: readonly string[];
}

export interface Caller {
  /** The connection's, or the one that a trusted proxy reports. */
  readonly address: string;
  readonly viaTrustedProxy: boolean;
  /** Whether the caller needs no token where a system says so. */
  readonly isTrusted: boolean;
}

const MAX_CACHED = 1_000;
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

/** The address in the one spelling that is compared and shown; undefined when the text is none. */
function normaliseAddress(text: string): string | undefined {
  const address = unmapped(text);
  return isIP(address) === 0 ? undefined : address;
}

/** An element of X-Forwarded-For, which some proxies write with a port. */
function forwardedAddress(element: string): string | undefined {
  const match = WITH_PORT.exec(element);
  return normaliseAddress(match?.[1] ?? match?.[2] ?? element);
}

/** Whether somebody tells of another address than the connection's. */
const isReported = ({ 'x-forwarded-for': forwardedFor, forwarded }: IncomingHttpHeaders): boolean =>
  forwardedFor !== undefined || forwarded !== undefined;

function originOf(text: string): URL | undefined {
  const url = URL.parse(text);
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

/** Keeps what was worked out; forgets all of it when strangers could make it grow without end. */
function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, value);
}

/** Who a caller is by its address, and whether a browser was made to send the request. */
export class Trust {
  readonly #networks: Networks;
  readonly #proxies: Networks;
  readonly #publicHosts: ReadonlySet<string>;
  /** Callers that reported nothing, by the connection's address. */
  readonly #direct = new Map<string, Caller>();
  readonly #ownHosts = new Map<string, boolean>();

  constructor(settings: TrustSettings) {
    this.#networks = new Networks(settings.TRUSTED_NETWORKS);
    this.#proxies = new Networks(settings.TRUSTED_PROXIES);
    this.#publicHosts = new Set(settings.PUBLIC_HOSTS.map((host) => host.toLowerCase()));
  }

  callerOf(remoteAddress: string | undefined, headers: IncomingHttpHeaders): Caller {
    const direct = this.#directCaller(remoteAddress ?? '');
    if (!isReported(headers)) return direct;
    const reported = this.#reportedBy(direct, headers);
    if (reported === undefined) return { ...direct, isTrusted: false };
    return { address: reported, viaTrustedProxy: true, isTrusted: this.#networks.has(reported) };
  }

  /** Whether the caller is known to be in one of the networks: nobody's report is believed but a trusted proxy's. */
  isWithin(networks: Networks, remoteAddress: string | undefined, headers: IncomingHttpHeaders): boolean {
    const direct = this.#directCaller(remoteAddress ?? '');
    const address = isReported(headers)
      ? this.#reportedBy(direct, headers)
      : normaliseAddress(direct.address);
    return address !== undefined && networks.has(address);
  }

  /**
   * Whether a request without a token is to be refused although its address is trusted: another site's page made
   * a browser send it, or it came to a name that is not ours (DNS rebinding).
   */
  isForeign(headers: IncomingHttpHeaders): boolean {
    const { host, origin } = headers;
    const site = headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') return true;
    if (host !== undefined && !this.#isOwnHost(host)) return true;
    return origin !== undefined && !this.#isOwnOrigin(origin, host);
  }

  #directCaller(remoteAddress: string): Caller {
    const known = this.#direct.get(remoteAddress);
    if (known) return known;
    const address = normaliseAddress(remoteAddress);
    const caller =
      address === undefined
        ? { address: remoteAddress, viaTrustedProxy: false, isTrusted: false }
        : { address, viaTrustedProxy: this.#proxies.has(address), isTrusted: this.#networks.has(address) };
    remember(this.#direct, remoteAddress, caller);
    return caller;
  }

  #reportedBy(direct: Caller, { 'x-forwarded-for': forwardedFor }: IncomingHttpHeaders): string | undefined {
    if (!direct.viaTrustedProxy || forwardedFor === undefined) return undefined;
    return this.#reportedAddress(String(forwardedFor));
  }

  /** The rightmost address that is no proxy of ours; the leftmost when all are. */
  #reportedAddress(forwardedFor: string): string | undefined {
    const elements = forwardedFor.split(',').map((element) => forwardedAddress(element.trim()));
    const index = elements.findLastIndex((address) => address === undefined || !this.#proxies.has(address));
    return elements[Math.max(index, 0)];
  }

  #isOwnHost(host: string): boolean {
    const known = this.#ownHosts.get(host);
    if (known !== undefined) return known;
    const lower = host.toLowerCase();
    const name = withoutBrackets(lower.replace(/:\d*$/, ''));
    const isOwn = this.#publicHosts.has(lower) || this.#publicHosts.has(name) || isIP(name) !== 0;
    remember(this.#ownHosts, host, isOwn);
    return isOwn;
  }

  #isOwnOrigin(text: string, host: string | undefined): boolean {
    const origin = originOf(text);
    if (!origin) return false;
    if (this.#publicHosts.has(origin.host)) return true;
    return host !== undefined && originOf(`${origin.protocol}//${host}`)?.host === origin.host;
  }
}
