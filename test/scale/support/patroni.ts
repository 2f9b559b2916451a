import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../support/postgresServer.js';

const BINARIES = process.env['PG_BIN'] ?? '/usr/lib/postgresql/15/bin';

/** PostgreSQL refuses to run as root. */
function userOfPostgres(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Seconds: of a primary's claim, of which this is the shortest that Patroni takes, and between looks. */
const TTL = 20;
const LOOP = 1;
const RETRY = 5;

interface Ports {
  postgres: number;
  api: number;
}

/** One PostgreSQL, and the Patroni that looks after it. */
class PatroniNode {
  readonly #data: string;
  readonly #log: string[] = [];
  #patroni: ChildProcess | undefined;

  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly ports: Ports,
    private readonly etcd: number,
  ) {
    this.#data = join(folder, name);
  }

  get place(): string {
    return `127.0.0.1:${this.ports.postgres}`;
  }

  start(): void {
    const file = join(this.folder, `${this.name}.json`);
    writeFileSync(file, JSON.stringify(this.#settings()), { mode: 0o644 });
    // Its file is YAML, and so may be JSON.
    const child = spawn('patroni', [file], {
      ...userOfPostgres(),
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: this.folder, LC_ALL: 'C.UTF-8' },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => this.#log.push(chunk.toString()));
    this.#patroni = child;
  }

  log(): string {
    return this.#log.join('');
  }

  async run(sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({
      connectionString: `postgres://isthmus@${this.place}/postgres`,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** As a machine that loses its power: nobody is told. */
  async kill(): Promise<void> {
    const patroni = this.#patroni;
    if (!patroni) return;
    this.#patroni = undefined;
    const ended = once(patroni, 'close');
    if (patroni.exitCode === null) patroni.kill('SIGKILL');
    const [pid] = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n', 1);
    // What a killed one left behind may name another process by now.
    const isOurs = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.#data);
    if (isOurs) process.kill(Number(pid), 'SIGKILL');
    await ended;
  }

  #settings(): object {
    const user = { username: 'isthmus', password: 'isthmus' };
    return {
      scope: 'isthmus',
      name: this.name,
      restapi: { listen: `127.0.0.1:${this.ports.api}`, connect_address: `127.0.0.1:${this.ports.api}` },
      etcd3: { host: `127.0.0.1:${this.etcd}` },
      bootstrap: {
        dcs: {
          ttl: TTL,
          loop_wait: LOOP,
          retry_timeout: RETRY,
          // What is acknowledged is at a standby too, and only such a standby takes over.
          synchronous_mode: true,
          postgresql: { parameters: { fsync: 'off' } },
        },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C' }],
        pg_hba: [
          'local all all trust',
          'host all all 127.0.0.1/32 trust',
          'host replication all 127.0.0.1/32 trust',
        ],
      },
      postgresql: {
        listen: this.place,
        connect_address: this.place,
        data_dir: this.#data,
        bin_dir: BINARIES,
        authentication: { superuser: user, replication: user },
        parameters: { unix_socket_directories: this.folder },
        remove_data_directory_on_diverged_timelines: true,
      },
    };
  }
}

export interface Cluster {
  nodes: readonly PatroniNode[];
  /** The node that takes writes; undefined while none does. */
  primary: () => Promise<PatroniNode | undefined>;
  remove: () => Promise<void>;
}

export type { PatroniNode };

/** Two PostgreSQL of which one follows the other synchronously, and the etcd by which their Patronis agree. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-patroni-'));
  const { uid = -1, gid = -1 } = userOfPostgres();
  chmodSync(folder, 0o755);
  chownSync(folder, uid, gid);
  const [clients, peers] = [await freePort(), await freePort()];
  const url = (port: number) => `http://127.0.0.1:${port}`;
  mkdirSync(join(folder, 'etcd'), { mode: 0o700 });
  const etcd = spawn(
    'etcd',
    [
      ['--data-dir', join(folder, 'etcd')],
      ['--listen-client-urls', url(clients), '--advertise-client-urls', url(clients)],
      ['--listen-peer-urls', url(peers), '--initial-advertise-peer-urls', url(peers)],
      ['--initial-cluster', `default=${url(peers)}`, '--log-level', 'error'],
    ].flat(),
    { stdio: 'ignore' },
  );
  const nodes: PatroniNode[] = [];
  for (const name of ['one', 'two']) {
    const ports = { postgres: await freePort(), api: await freePort() };
    nodes.push(new PatroniNode(name, folder, ports, clients));
  }
  for (const node of nodes) node.start();
  return {
    nodes,
    primary: async () => {
      for (const node of nodes) {
        const rows = await node.run('select pg_is_in_recovery() as "isStandby"').catch(() => []);
        if (rows[0]?.['isStandby'] === false) return node;
      }
      return undefined;
    },
    remove: async () => {
      await Promise.all(nodes.map(async (node) => node.kill().catch(() => undefined)));
      const ended = once(etcd, 'close');
      etcd.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}
