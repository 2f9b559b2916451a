import type { SFTPWrapper, Stats } from 'ssh2';
import type { Output } from './command.js';
import { SshError } from './failures.js';
import { called } from './waiting.js';

export interface FileRequest {
  path: string;
  mostBytes: number;
  unreadable: (why: string) => SshError;
}

const NO_FILE = 'no such file';
const NOT_REGULAR = 'not a file';
const DENIED = 'Permission denied';
const TOO_LARGE = 'too large';

/** A pipe would be opened for ever. */
const SCRIPT =
  'LC_ALL=C; export LC_ALL; if [ -e "$1" ] && [ ! -f "$1" ]; then echo "not a file" >&2; exit 1; fi; exec head -c "$2" -- "$1"';

const COMPLAINTS: readonly [RegExp, string][] = [
  [/not a file/, NOT_REGULAR],
  [/No such file or directory/, NO_FILE],
  [/Permission denied/, DENIED],
];

/** Throws SshError. */
export async function readByCommand(
  exec: (command: readonly string[]) => Promise<Output>,
  { path, mostBytes, unreadable }: FileRequest,
): Promise<Buffer> {
  const { stdout, stderr, code } = await exec([
    'sh',
    '-c',
    SCRIPT,
    'sh',
    atHome(path),
    String(mostBytes + 1),
  ]);
  if (code !== 0) {
    const [, why = stderr.trim()] = COMPLAINTS.find(([pattern]) => pattern.test(stderr)) ?? [];
    throw unreadable(why);
  }
  if (stdout.length > mostBytes) throw unreadable(TOO_LARGE);
  return stdout;
}

/** Both ways begin at the account's home, whose short name only a shell knows. */
const atHome = (path: string): string => path.replace(/^~\//, './');

/** Of SFTP's draft 02, which OpenSSH speaks. */
const STATUS: Readonly<Record<number, string>> = { 2: NO_FILE, 3: DENIED };
const END_OF_FILE = 1;
const CHUNK = 32_768;

const statusOf = (error: unknown): number =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;

/** Throws SshError. */
export async function readBySftp(sftp: SFTPWrapper, request: FileRequest): Promise<Buffer> {
  const { path, mostBytes, unreadable } = request;
  try {
    const stats = await called<Stats>((done) => sftp.stat(atHome(path), done));
    if (!stats.isFile()) throw unreadable(NOT_REGULAR);
    if (stats.size > mostBytes) throw unreadable(TOO_LARGE);
    const handle = await called<Buffer>((done) => sftp.open(atHome(path), 'r', done));
    const content = await readHandle(sftp, handle, mostBytes + 1);
    await called<void>((done) => sftp.close(handle, (error) => done(error ?? undefined)));
    if (content.length > mostBytes) throw unreadable(TOO_LARGE);
    return content;
  } catch (error) {
    if (error instanceof SshError) throw error;
    throw unreadable(STATUS[statusOf(error)] ?? 'SFTP failed');
  }
}

async function readHandle(sftp: SFTPWrapper, handle: Buffer, mostBytes: number): Promise<Buffer> {
  const content = Buffer.alloc(mostBytes);
  let length = 0;
  while (length < mostBytes) {
    const wanted = Math.min(CHUNK, mostBytes - length);
    const read = await called<number>((done) =>
      sftp.read(handle, content, length, wanted, length, done),
    ).catch((error: unknown) => {
      if (statusOf(error) === END_OF_FILE) return 0;
      throw error;
    });
    if (read === 0) break;
    length += read;
  }
  return content.subarray(0, length);
}
