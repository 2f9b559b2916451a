import net from 'node:net';
import { tcpUpstream } from './upstream.js';

/** `away` refuses who connects; `silent` takes what it is sent and answers nothing. */
type State = 'there' | 'away' | 'silent';

/** A database server, reached through an address of its own that can break. */
export interface Forwarder {
  url: string;
  become: (state: State) => void;
  close: () => Promise<void>;
}

export async function forwarderTo(address: string): Promise<Forwarder> {
  let state: State = 'there';
  const url = new URL(address);
  const { hostname, port } = url;
  const upstream = await tcpUpstream((socket) => {
    if (state === 'away') {
      socket.destroy();
      return;
    }
    const server = net.connect(Number(port), hostname);
    socket.on('error', () => server.destroy()).on('close', () => server.destroy());
    server.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('data', (chunk) => (state === 'silent' ? undefined : server.write(chunk)));
    server.pipe(socket);
  });
  url.host = `127.0.0.1:${upstream.port}`;
  return { url: url.href, become: (next) => (state = next), close: upstream.close };
}
