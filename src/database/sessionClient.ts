import { Client, type ClientConfig, type QueryResult } from 'pg';
import { explained } from './failures.js';
import { type Server, type Servers, serversOf, standbyError, withFirstServer } from './servers.js';
import { isTraced, tracedStatement } from './tracedStatement.js';

/** What a replica that is suddenly gone leaves behind holds nobody up for longer: milliseconds for a lock, and for our own transaction's next statement. */
const LOCK_TIMEOUT = 10_000;
const IDLE_IN_TRANSACTION = 15_000;

/**
 * What the code relies on, whatever the database or the role has set. After connecting, since poolers refuse most of
 * it as start-up parameters.
 */
export const SESSION = Object.entries({
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  standard_conforming_strings: 'on',
  search_path: 'public',
  default_transaction_read_only: 'off',
  default_transaction_isolation: 'read committed',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lock_timeout: LOCK_TIMEOUT,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
  // What is asked for all the time is in memory: with 4, a small table is read whole for each row of another.
  random_page_cost: '1.1',
  // Compiling a plan takes longer than any statement of ours.
  jit: 'off',
})
  .map(([name, value]) => `set ${name} = '${value}'`)
  .join('; ');

/** pg's own words when `query_timeout` has passed. */
const isStuck = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

type Done = (error: Error | null, client: Client) => void;
type Callback = ((error: Error) => void) | ((error: null, client: Client) => void);

/** A connection with settings of its own, whose errors tell when the database cannot work. */
export class SessionClient extends Client {
  /** Told of every statement that fails. */
  onFailure: (error: unknown) => void = () => undefined;

  /** What a new connection is asked first. */
  protected readonly beginning: string = SESSION;

  readonly #servers: Servers | undefined;

  constructor(config?: ClientConfig) {
    super(withFirstServer(config));
    this.#servers = serversOf(config?.connectionString ?? '');
    // What is asked of it fails; the event of its own would end the process.
    this.on('error', () => undefined);
  }

  override connect(): Promise<Client>;
  override connect(callback: Callback): void;
  // pg's pool passes a callback; all others await.
  override connect(callback?: Callback): Promise<Client> | undefined {
    if (!callback) return this.#open();
    void this.#openFor(callback as Done);
    return undefined;
  }

  async #openFor(done: Done): Promise<void> {
    let failure: Error | null = null;
    try {
      await this.#open();
    } catch (error) {
      failure = error as Error;
    }
    // In a turn of its own, so that what it throws is not this promise's.
    setImmediate(done, failure, this);
  }

  async #open(): Promise<Client> {
    let server: Server | undefined;
    try {
      server = await this.#servers?.find();
      if (server) Object.assign(this, server);
      await super.connect();
      await super.query(this.beginning);
      if (server) await this.#refuseStandby();
      return this;
    } catch (error) {
      if (server) this.#servers?.forget(server);
      // The pool forgets it without closing it.
      this.cut();
      throw explained(error);
    }
  }

  /** What was the primary a moment ago may be back as a standby. */
  async #refuseStandby(): Promise<void> {
    const { rows } = await super.query<{ isStandby: boolean }>('select pg_is_in_recovery() as "isStandby"');
    if (rows[0]?.isStandby !== false) throw standbyError();
  }

  // pg's own signatures are seven overloads; its pool passes a callback, Kysely awaits.
  override query(...given: unknown[]): Promise<QueryResult> {
    // A callback is the pool's, whose statements are few.
    if (!isTraced() || typeof given.at(-1) === 'function') return this.#query(given) as Promise<QueryResult>;
    const [statement] = given as [string | { text: string }];
    const text = typeof statement === 'string' ? statement : statement.text;
    return tracedStatement(text, async () => this.#query(given) as Promise<QueryResult>);
  }

  #query(given: unknown[]): Promise<QueryResult> | undefined {
    const answer = super.query(...(given as [string])) as Promise<QueryResult> | undefined;
    return answer?.catch((error: unknown) => {
      // Else the pool would hand it out again, to wait for the same silent server.
      if (isStuck(error)) void this.end();
      this.onFailure(error);
      throw explained(error);
    });
  }

  /** Ends it without asking the server: what is under way on it fails at once. */
  cut(): void {
    (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}
