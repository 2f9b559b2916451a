import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './postgresServer.js';

export interface Pooler {
  url: string;
  close: () => Promise<void>;
}

/** PgBouncer as its package sets it up, in front of the database at `url`. */
export async function startPgbouncer(
  url: string,
  mode: 'session' | 'transaction' | 'statement',
  settings: Record<string, string | number> = {},
): Promise<Pooler> {
  const { hostname, port, pathname, username } = new URL(url);
  const name = pathname.slice(1);
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-pgbouncer-'));
  chmodSync(folder, 0o777);
  const listenPort = await freePort();
  const options = {
    listen_addr: '127.0.0.1',
    listen_port: listenPort,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    ...settings,
  };
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    [
      '[databases]',
      `${name} = host=${hostname} port=${port} dbname=${name} user=${username}`,
      '[pgbouncer]',
      ...Object.entries(options).map(([key, value]) => `${key} = ${value}`),
    ].join('\n'),
  );
  const isRoot = process.getuid?.() === 0;
  const [program, ...prefix] = isRoot ? ['runuser', '-u', 'postgres', '--', 'pgbouncer'] : ['pgbouncer'];
  const child = spawn(program, [...prefix, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const through = `postgres://${username}@127.0.0.1:${listenPort}/${name}`;
  for (;;) {
    const client = new Client({ connectionString: through });
    const isThere = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isThere) break;
    if (child.exitCode !== null) throw new Error('PgBouncer did not start');
  }
  return {
    url: through,
    close: async () => {
      child.kill('SIGTERM');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
