import type { Readable } from 'node:stream';

export interface Output {
  stdout: Buffer;
  stderr: string;
  /** Null when a signal ended it. */
  code: number | null;
}

/** For a POSIX shell, and for others that know single quotes. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Tells where the output of the command begins, after whatever files such as .bashrc print, and so whether it ran at all:
 * a shell such as nologin, or a command that the server puts in its place, does not know the mark.
 */
const SCRIPT = 'echo "$1"; echo "$1" >&2; shift; exec "$@"';

export function commandLine(mark: string, command: readonly string[]): string {
  return ['sh', '-c', SCRIPT, 'sh', mark, ...command].map(quoted).join(' ');
}

/** What comes after the mark; undefined without one. */
export function afterMark(output: Buffer, mark: string): Buffer | undefined {
  const start = output.indexOf(`${mark}\n`);
  return start === -1 ? undefined : output.subarray(start + mark.length + 1);
}

/** More came than is read. */
export class Overflow extends Error {}

const FIRST_CAPACITY = 4096;

/** All that a stream gives, in a buffer of its own, as small parts of packets would keep the packets. Throws Overflow. */
export function collect(stream: Readable, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let buffer = Buffer.alloc(Math.min(FIRST_CAPACITY, mostBytes));
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      if (length + chunk.length > mostBytes) return reject(new Overflow());
      if (length + chunk.length > buffer.length)
        buffer = Buffer.concat(
          [buffer],
          Math.min(mostBytes, Math.max(buffer.length * 2, length + chunk.length)),
        );
      length += chunk.copy(buffer, length);
    });
    stream.on('end', () => resolve(buffer.subarray(0, length)));
  });
}
