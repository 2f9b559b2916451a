import { isIPv4, isIPv6 } from 'node:net';
import { withoutBrackets } from './networks.js';
import { MAX_PORT } from './ports.js';

const MAX_HOST = 253;

/** One label of a host name; `_` is no letter of DNS but occurs in the names of containers. */
const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** What a resolver would read as a number: as a last label it makes the whole name an address in disguise. */
const NUMERIC_LABEL = /^(\d+|0x[0-9a-f]*)$/i;

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return labels.every((label) => LABEL.test(label)) && !NUMERIC_LABEL.test(labels.at(-1) ?? '');
}

/** Whether it is an IPv4 address, an IPv6 one, with brackets or without, or a host name. */
export function isHost(host: string): boolean {
  if (host.length > MAX_HOST) return false;
  if (isIPv4(host)) return true;
  const bare = withoutBrackets(host);
  if (bare !== host || host.includes(':')) return isIPv6(bare) && !bare.includes('%');
  return isHostName(host);
}

/** A port in decimal digits, after the last colon. */
const PORT = /:([1-9]\d{0,4})$/;

/** Whether it is a host, or `host:port`; an IPv6 address has brackets before a port. */
export function isHostWithPort(text: string): boolean {
  if (isHost(text)) return true;
  const [ending = '', port] = PORT.exec(text) ?? [];
  const host = text.slice(0, text.length - ending.length);
  return port !== undefined && Number(port) <= MAX_PORT && isHost(host) && !isIPv6(host);
}
