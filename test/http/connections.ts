import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import type { Upstream } from '../support/upstream.js';

const certificate = (name: string) => `${import.meta.dirname}/../transmit/certificates/${name}`;

/** Settings by which a server speaks TLS. */
export const TLS = { TLS_CERT: certificate('server.pem'), TLS_KEY: certificate('server.key') };

export interface Peer {
  socket: net.Socket;
  /** All that has come so far, as Latin-1. */
  text: () => string;
  closed: Promise<void>;
}

/** A connection to a server's URL, on which a test writes bytes of its own. */
export function connectTo(url: string, bytes = ''): Peer {
  const { protocol, hostname, port } = new URL(url);
  const at = { host: hostname, port: Number(port) };
  const socket =
    protocol === 'https:' ? tls.connect({ ...at, ca: readFileSync(certificate('ca.pem')) }) : net.connect(at);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  if (bytes !== '') socket.write(bytes, 'latin1');
  return { socket, text: () => text, closed: new Promise((resolve) => socket.on('close', () => resolve())) };
}

/** Registers a platform on this machine; its id. */
export async function register(url: string, { port }: Pick<Upstream, 'port'>): Promise<string> {
  const platform = { name: 'platform', protocol: 'http', host: '127.0.0.1', port: String(port) };
  const { socket, text } = connectTo(
    url,
    request('POST /sys/transmit/v1/routes', ['Content-Type: application/json'], JSON.stringify(platform)),
  );
  const idOf = () => /"id":"([\w-]+)"/.exec(text())?.[1];
  while (idOf() === undefined) await once(socket, 'data');
  socket.destroy();
  return idOf() ?? '';
}

/** A request's bytes: its first line, its fields beside Host, its body. */
export function request(line: string, fields: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...fields, ...length, '', body].join('\r\n');
}

/** The statuses of the answers that have come, in order. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
