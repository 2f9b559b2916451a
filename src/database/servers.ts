import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { addressesOf, seeksPrimary } from '../config/databaseUrl.js';
import { DomainError } from '../kernel/errors.js';
import { isServerError, unavailable } from './failures.js';

/** Milliseconds in which a server says whether it takes writes. */
const PATIENCE = 3000;

/** Milliseconds that others have to say so too, once one has. */
const GRACE = 1000;

/** A standby begins a timeline, whose number is higher, as it takes over. */
const LOOK = `select pg_is_in_recovery() as "isStandby",
  case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as "timeline"`;

/** Where a server listens. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** A server was reached, and another one is to be written to. */
export function standbyError(): Error {
  return unavailable('the database refuses writes: no server that is named takes them');
}

interface Primary extends Server {
  /** In hexadecimal digits. */
  timeline: string;
}

/** Rejects unless it takes writes. */
async function look(address: string): Promise<Primary> {
  const client = new Client({
    connectionString: address,
    connectionTimeoutMillis: PATIENCE,
    query_timeout: PATIENCE,
    application_name: 'isthmus looks for the primary',
  });
  // What is asked of it fails; the event of its own would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ isStandby: boolean; timeline: string | null }>(LOOK);
    const [{ isStandby, timeline } = { isStandby: true, timeline: null }] = rows;
    if (isStandby || timeline === null) throw standbyError();
    const { host, port } = client;
    return { host, port, timeline };
  } finally {
    // Which a silent server would let wait.
    void client.end().catch(() => undefined);
  }
}

/** What tells most: that servers are there and refuse writes, else what a server says, else why none is reached. */
function tellingOf(errors: readonly unknown[]): unknown {
  const isStandby = (error: unknown) => error instanceof Error && error.cause instanceof DomainError;
  return errors.find(isStandby) ?? errors.find(isServerError) ?? errors[0];
}

/** The servers of one address, of which one at a time takes writes. */
export class Servers {
  #found: Server | undefined;
  #looking: Promise<Server> | undefined;

  constructor(private readonly addresses: readonly string[]) {}

  /** The one that takes writes, as far as anybody knows. */
  async find(): Promise<Server> {
    if (this.#found) return this.#found;
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** It failed: the next one who connects looks anew. */
  forget(server: Server): void {
    if (this.#found === server) this.#found = undefined;
  }

  /** One that was cut off may not know yet that another has taken over: the latest counts, for whoever looks. */
  async #look(): Promise<Server> {
    const primaries: Primary[] = [];
    const looking = this.addresses.map(async (address) => primaries.push(await look(address)));
    try {
      await Promise.any(looking);
      await Promise.race([Promise.allSettled(looking), delay(GRACE)]);
      const { host, port } = primaries.reduce((one, other) => (other.timeline > one.timeline ? other : one));
      this.#found = { host, port };
      return this.#found;
    } catch (error) {
      throw tellingOf((error as AggregateError).errors);
    }
  }
}

/** By address, since every connection to it wants the same server. */
const known = new Map<string, Servers>();

/** Undefined for an address that leads to a single server, whatever that is. */
export function serversOf(url: string): Servers | undefined {
  if (!seeksPrimary(url)) return undefined;
  const servers = known.get(url) ?? new Servers(addressesOf(url));
  known.set(url, servers);
  return servers;
}

/** For a client of pg: what it is made with before its server is known. */
export function withFirstServer(config: ClientConfig = {}): ClientConfig {
  const { connectionString } = config;
  if (connectionString === undefined) return config;
  const [first = connectionString] = addressesOf(connectionString);
  return { ...config, connectionString: first };
}
