import { createPostgreSqlTypeParsers } from '@mikro-orm/postgresql';
import { type Client, Pool, type PoolClient, type PoolConfig, TypeOverrides } from 'pg';
import array from 'postgres-array';
import { type Figure, gauge } from '../kernel/figures.js';
import { explained } from './failures.js';
import type { SessionClient } from './sessionClient.js';

type Callback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  release: (destroy?: unknown) => void,
) => void;

/** As MikroORM reads values on a pool of its own. */
function typesOfMikroOrm(): TypeOverrides {
  const types = new TypeOverrides();
  const parsers = createPostgreSqlTypeParsers((text) => array.parse(text));
  for (const [oid, parser] of Object.entries(parsers)) types.setTypeParser(Number(oid), parser);
  return types;
}

/** A pool whose errors tell when the database cannot work, and whose connections can all be given up. */
export class DatabasePool extends Pool {
  /** Told of every statement that fails. */
  onFailure: (error: unknown) => void = () => undefined;
  readonly #clients = new Set<SessionClient>();

  constructor(config: PoolConfig & { Client: typeof SessionClient }) {
    super({ types: typesOfMikroOrm(), ...config });
    this.on('connect', (client: Client) => {
      const session = client as SessionClient;
      this.#clients.add(session);
      session.onFailure = (error) => this.onFailure(error);
    });
    this.on('remove', (client: Client) => this.#clients.delete(client as SessionClient));
    // Of a connection that nobody uses, which is gone with it.
    this.on('error', () => undefined);
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  // Its own `query` passes a callback; Kysely awaits.
  override connect(callback?: Callback): Promise<PoolClient> | undefined {
    if (!callback) {
      return super.connect().catch((error: unknown) => {
        throw explained(error);
      });
    }
    super.connect((error, client, release) => callback(explained(error) as Error, client, release));
    return undefined;
  }

  figures(): Figure[] {
    const busy = () => this.totalCount - this.idleCount;
    return [
      gauge('isthmus_database_connections_busy', 'Connections to PostgreSQL that are in use', busy),
      gauge('isthmus_database_connections_idle', 'Connections to PostgreSQL that wait', () => this.idleCount),
      gauge('isthmus_database_connections_most', 'DATABASE_POOL', () => this.options.max),
      gauge(
        'isthmus_database_waiting',
        'Those who wait for a connection to PostgreSQL',
        () => this.waitingCount,
      ),
    ];
  }

  /** The server is silent: what is under way fails now, what comes next connects anew. */
  cut(): void {
    for (const client of this.#clients) client.cut();
  }
}
