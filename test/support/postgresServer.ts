import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

const BINARIES = process.env['PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
const IS_ROOT = process.getuid?.() === 0;

/** Whether a PostgreSQL can be started here. */
export const HAS_POSTGRES = existsSync(join(BINARIES, 'initdb'));

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** PostgreSQL refuses to run as root. */
const asPostgres = (program: string, args: string[]): [string, string[]] =>
  IS_ROOT ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];

export interface PostgresServer {
  url: (database?: string) => string;
  start: () => Promise<void>;
  /** Without asking those who are connected. */
  stop: () => Promise<void>;
  /** Every process of it stands still, with its connections open. */
  freeze: () => void;
  thaw: () => void;
  run: (sql: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** Restarts it so that it can only be read, or as it was. */
  restartAs: (role: 'standby' | 'primary') => Promise<void>;
  /** Renames a database in which others are at work. */
  rename: (from: string, to: string) => Promise<void>;
  /** Stops it and leaves nothing behind. */
  remove: () => Promise<void>;
}

type ServerSettings = Record<string, string | number>;

/** A PostgreSQL of its own for a test that breaks it, in `place` where that is given. */
export async function startPostgresServer(
  settings: ServerSettings = {},
  initdb: string[] = [],
  place?: string,
): Promise<PostgresServer> {
  const made = ['-U', 'isthmus', '--auth=trust', '-N', '-E', 'UTF8', '--locale=C', ...initdb];
  return startMade('initdb', made, settings, place);
}

/** A standby that follows the other one, as close as it can. */
export async function startStandby(
  of: PostgresServer,
  settings: ServerSettings = {},
): Promise<PostgresServer> {
  return startMade('pg_basebackup', ['-d', of.url(), '-R', '-X', 'stream', '-c', 'fast', '-N'], settings);
}

async function startMade(
  program: string,
  args: string[],
  settings: ServerSettings,
  place?: string,
): Promise<PostgresServer> {
  const folder = place ?? mkdtempSync(join(tmpdir(), 'isthmus-postgres-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const port = await freePort();
  execFileSync(...asPostgres(join(BINARIES, program), ['-D', data, ...args]), {
    stdio: 'ignore',
    cwd: folder,
  });
  const options = Object.entries({
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    port,
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const url = (database = 'postgres') => `postgres://isthmus@127.0.0.1:${port}/${database}`;
  const run: PostgresServer['run'] = async (sql, database) => {
    const client = new Client({ connectionString: url(database), connectionTimeoutMillis: 5000 });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  let ended: Promise<unknown> | undefined;
  let launcher: ChildProcess | undefined;
  const start = async () => {
    const child = spawn(...asPostgres(join(BINARIES, 'postgres'), ['-D', data, ...options]), {
      stdio: 'ignore',
      cwd: folder,
    });
    launcher = child;
    ended = once(child, 'close');
    for (;;) {
      const isReady = await run('select 1').then(
        () => true,
        () => false,
      );
      if (isReady) return;
      if (child.exitCode !== null) ended = undefined;
      if (!ended) throw new Error('PostgreSQL did not start');
    }
  };
  const postmaster = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  const children = () =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster())], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(Number);
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of [postmaster(), ...children()]) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // It has ended meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  };
  const thaw = () => {
    signalAll('SIGCONT');
    // runuser stops with the program that it runs.
    launcher?.kill('SIGCONT');
  };
  const stop = async () => {
    if (!ended) return;
    thaw();
    process.kill(postmaster(), 'SIGINT');
    await ended;
    ended = undefined;
  };

  await start();
  return {
    url,
    start,
    stop,
    freeze: () => signalAll('SIGSTOP'),
    thaw,
    run,
    restartAs: async (role) => {
      await stop();
      const mark = join(data, 'standby.signal');
      if (role === 'primary') rmSync(mark);
      else {
        writeFileSync(mark, '');
        const { uid, gid } = statSync(data);
        chownSync(mark, uid, gid);
      }
      await start();
    },
    rename: async (from, to) => {
      await run(`alter database ${from} allow_connections false`);
      await run(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${from}'`);
      await run(`alter database ${from} rename to ${to}`);
      await run(`alter database ${to} allow_connections true`);
    },
    remove: async () => {
      await stop();
      rmSync(place === undefined ? folder : data, { recursive: true, force: true });
    },
  };
}
