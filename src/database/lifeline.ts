import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import net from 'node:net';
import { join, relative } from 'node:path';

/** Bytes of a socket's path on macOS; Linux has four more. */
const LONGEST_PATH = 103;

/** A socket in a folder, which answers for as long as this process lives, even while it stands still. */
export interface Lifeline {
  /** Of the file. */
  name: string;
  close: () => void;
}

/** The shorter way to it, since the length of a socket's path is limited. */
function pathOf(file: string): string {
  const way = relative(process.cwd(), file);
  return way.length < file.length ? way : file;
}

/** Undefined where the folder is too deep, or its file system has no sockets. */
export async function openLifeline(folder: string): Promise<Lifeline | undefined> {
  const name = `database.${randomBytes(6).toString('hex')}.sock`;
  const path = pathOf(join(folder, name));
  if (Buffer.byteLength(path) > LONGEST_PATH) return undefined;
  const server = net.createServer((socket) => socket.destroy());
  // A connection that cannot be accepted later on ends nothing.
  server.on('error', () => undefined);
  server.listen(path).unref();
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  return {
    name,
    close: () => {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

/** Whether a process holds the other end; undefined where there is no such file. Undecided is that it does. */
export async function answers(file: string): Promise<boolean | undefined> {
  const socket = net.connect(pathOf(file));
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : code !== 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
