import { DomainError } from '../kernel/errors.js';
import { SessionClient } from './sessionClient.js';

/** A session keeps what LISTEN, prepared statements and `set` leave in it; connections on loan for one transaction do not. */
const SHARED =
  'DATABASE_URL leads to a pooler that hands out connections by transaction; let it pool sessions (PgBouncer: pool_mode = session), or connect to PostgreSQL itself';

const backendOf = async (client: SessionClient): Promise<unknown> =>
  (await client.query('select pg_backend_pid() as "pid"')).rows[0];

/**
 * Refuses what shares connections between sessions. Two clients that ask in turns, in an order that no rotation
 * follows, either meet on one backend or change theirs.
 */
async function refuseSharedSessions(client: SessionClient, connect: () => SessionClient): Promise<void> {
  const { pid } = (await backendOf(client)) as { pid: number };
  // PostgreSQL itself names the backend; poolers make up a number of their own.
  if ((client as unknown as { processID: number }).processID === pid) return;
  const other = connect();
  await other.connect();
  try {
    const own = new Set([pid]);
    const others = new Set<number>();
    for (const who of [client, other, other, client, client, other]) {
      const found = (await backendOf(who)) as { pid: number };
      (who === client ? own : others).add(found.pid);
    }
    const isKept = own.size === 1 && others.size === 1 && ![...others].some((id) => own.has(id));
    if (!isKept) throw new DomainError('NOT_CONFIGURED', SHARED);
  } finally {
    await other.end();
  }
}

/** Refuses an encoding that cannot hold every text. */
async function refuseEncoding(client: SessionClient): Promise<void> {
  const { rows } = await client.query(
    `select current_database() as "name", current_setting('server_encoding') as "encoding"`,
  );
  const { name, encoding } = rows[0] as { name: string; encoding: string };
  if (encoding === 'UTF8') return;
  throw new DomainError(
    'NOT_CONFIGURED',
    `the database ${JSON.stringify(name)} of DATABASE_URL is encoded in ${encoding}; make one with: create database … encoding 'UTF8' template template0`,
  );
}

/** Refuses, with what to do, a database on which the server would start and then work wrongly. */
export async function checkRequirements(client: SessionClient, connect: () => SessionClient): Promise<void> {
  await refuseEncoding(client);
  await refuseSharedSessions(client, connect);
}
