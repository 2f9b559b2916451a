import http, { type IncomingMessage } from 'node:http';
import { httpUpstream, type Upstream } from './upstream.js';

/** A reverse proxy that serves what is at `origin` below a path alone, and may take that off and tell it instead. */
export async function prefixProxy(
  origin: string,
  prefix: string,
  takesOff: boolean,
): Promise<Upstream<http.Server>> {
  const onward = ({ method, url = '', headers }: IncomingMessage) => {
    if (!url.startsWith(`${prefix}/`)) return undefined;
    const { hostname, port } = new URL(origin);
    const told = takesOff ? { 'x-forwarded-prefix': prefix, 'x-forwarded-for': '192.0.2.7' } : {};
    const path = takesOff ? url.slice(prefix.length) : url;
    return http.request({ hostname, port, method, path, headers: { ...headers, ...told }, agent: false });
  };
  const proxy = await httpUpstream((request, response) => {
    const next = onward(request);
    next?.on('error', () => response.destroy());
    next?.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    if (next) request.pipe(next);
    else response.writeHead(404).end();
  });
  proxy.server.on('upgrade', (request, socket) => {
    const next = onward(request)?.on('error', () => socket.destroy());
    next?.on('upgrade', ({ rawHeaders }, other) => {
      const lines = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      other.on('error', () => undefined);
      socket.pipe(other).pipe(socket);
    });
    next?.end();
  });
  return proxy;
}
