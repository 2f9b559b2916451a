import { isIPv6 } from 'node:net';
import { MAX_PORT } from '../../kernel/ports.js';

export interface HostAndPort {
  host: string;
  port: number;
}

const DEFAULT_PORT = 22;

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= MAX_PORT ? port : undefined;
}

/** Of `host`, `host:port`, an IPv6 address, or `[address]:port`; undefined for what is none of these. */
export function addressOf(text: string): HostAndPort | undefined {
  const trimmed = text.trim();
  if (isIPv6(trimmed)) return { host: trimmed, port: DEFAULT_PORT };
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^\s:/@[\]]+))(?::(\d+))?$/.exec(trimmed) ?? [];
  const host = bracketed ?? plain;
  const port = portOf(portText);
  if (host === undefined || port === undefined) return undefined;
  return bracketed === undefined || isIPv6(bracketed) ? { host, port } : undefined;
}
