import { randomBytes } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import type { ClientChannel, SFTPWrapper } from 'ssh2';
import { tidy } from '../../net/text.js';
import type { Named } from '../../net/httpFailures.js';
import { Overflow, type Output, afterMark, collect, commandLine } from './command.js';
import { type SshFailure, SshError } from './failures.js';
import { readByCommand, readBySftp } from './files.js';
import type { Login } from './login.js';
import { Tunnel } from './tunnel.js';
import { type Patience, Watchdog, called, unlessAborted } from './waiting.js';

/** Bytes of what is printed before an output begins. */
const MOST_NOISE = 65_536;
const MOST_OUTPUT = 1_048_576;
/** Of an openrc file and the like. */
const MOST_FILE = 65_536;
/** More than two windows of a channel, of 2 MiB each. */
const MOST_BACKLOG = 8_388_608;
/** Milliseconds in which a machine may answer to a farewell. */
const FAREWELL = 1_000;
const MOST_QUOTED = 500;

/** RFC 4254, 5.1. */
const CONNECT_FAILED = 2;
const isOpenFailure = (error: unknown): error is Error & { reason: unknown } =>
  error instanceof Error && 'reason' in error;

/** OpenSSH tells the end of a command before its place is free. */
const PLACES = retry(handleWhen(isOpenFailure), {
  maxAttempts: 6,
  backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 1_000 }),
});

export interface ExecOptions {
  /** Of standard output and standard error each; more ends the session. */
  mostBytes?: number;
  patience?: Patience;
}

/** A log-in at one machine. Commands and files take turns, since machines may allow one at a time; tunnels don't. */
export class SshSession {
  /** `<algorithm> <base64>`. */
  readonly hostKey: string;
  readonly #login: Login;
  readonly #ended = new AbortController();
  readonly #tunnels = new Set<Tunnel>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    login: Login,
    private readonly whom: Named,
    private readonly patience: Patience,
    signal: AbortSignal,
  ) {
    this.#login = login;
    this.hostKey = login.hostKey;
    const { client, transport } = login;
    setMaxListeners(0, this.#ended.signal, transport);
    const onAbort = () => this.#end(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    client.on('error', (error) => this.#end(this.#error('LOST', `broke the session off: ${error.message}`)));
    client.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      this.#end(this.#error('LOST', 'ended the session'));
    });
    transport.on('data', () => this.#checkBacklog());
    if (signal.aborted) onAbort();
  }

  /** How messages name the machine. */
  get named(): string {
    return this.whom.named;
  }

  /** Aborted when the session is over, with the reason. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Runs a program with these arguments, without a shell's meaning in any of them. Throws SshError. */
  exec(command: readonly string[], { mostBytes = MOST_OUTPUT, patience }: ExecOptions = {}): Promise<Output> {
    return this.#inTurn(() => this.#bounded(this.#run(command, mostBytes), patience));
  }

  /**
   * A regular file, by a command, or by SFTP where commands do not run; the other way around, a refused SFTP would keep
   * its channel, which may be the only one. Throws SshError.
   */
  async readFile(path: string, mostBytes = MOST_FILE): Promise<Buffer> {
    const unreadable = (why: string) => this.#error('FILE_UNREADABLE', `does not give ${path}: ${why}`);
    if (/\p{Cc}/u.test(path) || path === '') throw unreadable('no such file');
    try {
      return await readByCommand((command) => this.exec(command, { mostBytes: mostBytes + 1 }), {
        path,
        mostBytes,
        unreadable,
      });
    } catch (error) {
      if (!(error instanceof SshError) || error.failure !== 'COMMAND_REFUSED') throw error;
      return this.#inTurn(() => this.#bounded(this.#readBySftp(path, mostBytes, unreadable)));
    }
  }

  /** A connection from the machine to another; its error is an SshError. */
  tunnel(host: string, port: number): Tunnel {
    const tunnel = new Tunnel(() => this.#forward(host, port));
    this.#tunnels.add(tunnel);
    return tunnel.once('close', () => this.#tunnels.delete(tunnel));
  }

  async close(): Promise<void> {
    const { client, transport } = this.#login;
    if (transport.destroyed) return;
    const left = once(transport, 'close').catch(() => undefined);
    client.end();
    await Promise.race([left, setTimeout(FAREWELL, undefined, { ref: false })]);
    this.#end(this.#error('LOST', 'was left'));
    transport.destroy();
  }

  #error(failure: SshFailure, what: string): SshError {
    return new SshError(failure, this.whom, what, this.hostKey);
  }

  #end(reason: Error): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(reason);
    for (const tunnel of this.#tunnels) tunnel.on('error', () => undefined).destroy(reason);
    this.#login.transport.destroy();
  }

  #checkBacklog(): void {
    for (const { backlog } of this.#tunnels)
      if (backlog > MOST_BACKLOG) this.#end(this.#error('TOO_LARGE', 'sends more than it may'));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** What does not end, or comes to too much, ends the session, as no machine can be made to stop. */
  async #bounded<T>(work: Promise<T>, patience = this.patience): Promise<T> {
    const watchdog = new Watchdog(patience, this.#login.transport, (why) =>
      this.#end(this.#error('TIMED_OUT', why)),
    );
    try {
      return await unlessAborted(this.#ended.signal, work);
    } catch (error) {
      if (!(error instanceof Overflow)) throw error;
      const overflow = this.#error('TOO_LARGE', 'prints more than is read');
      this.#end(overflow);
      throw overflow;
    } finally {
      watchdog.stop();
    }
  }

  async #run(command: readonly string[], mostBytes: number): Promise<Output> {
    const mark = randomBytes(16).toString('hex');
    const channel = await this.#opened<ClientChannel>((done) =>
      this.#login.client.exec(commandLine(mark, command), done),
    );
    const closed = once(channel, 'close') as Promise<[number | null | undefined]>;
    channel.end();
    const [stdout, stderr, [code = null]] = await Promise.all([
      collect(channel, mostBytes + MOST_NOISE),
      collect(channel.stderr, mostBytes + MOST_NOISE),
      closed,
    ]);
    const output = afterMark(stdout, mark);
    if (!output) throw this.#error('COMMAND_REFUSED', `runs no command: ${said(stdout, stderr, code)}`);
    if (output.length > mostBytes) throw new Overflow();
    return { stdout: output, stderr: (afterMark(stderr, mark) ?? stderr).toString(), code };
  }

  async #readBySftp(path: string, mostBytes: number, unreadable: (why: string) => SshError): Promise<Buffer> {
    const sftp = await this.#opened<SFTPWrapper>((done) => this.#login.client.sftp(done));
    const closed = new Promise((resolve) => {
      sftp.once('close', resolve);
    });
    // Whoever waits for an answer is told.
    sftp.on('error', () => undefined);
    try {
      return await readBySftp(sftp, { path, mostBytes, unreadable });
    } finally {
      sftp.end();
      await closed;
    }
  }

  async #opened<T>(start: (done: (error: Error | undefined, value: T) => void) => void): Promise<T> {
    try {
      return await PLACES.execute(() => called<T>(start), this.#ended.signal);
    } catch (error) {
      throw this.#error('COMMAND_REFUSED', `runs no command: ${messageOf(error)}`);
    }
  }

  async #forward(host: string, port: number): Promise<ClientChannel> {
    const target = `${host}:${port}`;
    const { client, transport } = this.#login;
    const opened = called<ClientChannel>((done) => client.forwardOut('127.0.0.1', 0, host, port, done));
    const late = new AbortController();
    const { silence } = this.patience;
    const watchdog = new Watchdog({ silence, within: silence }, transport, (why) =>
      late.abort(this.#error('TARGET_UNREACHABLE', `cannot reach ${target}: it ${why}`)),
    );
    try {
      return await unlessAborted(AbortSignal.any([this.#ended.signal, late.signal]), opened);
    } catch (error) {
      opened.then(
        (channel) => channel.destroy(),
        () => undefined,
      );
      throw this.#forwardingFailure(error, target);
    } finally {
      watchdog.stop();
    }
  }

  #forwardingFailure(error: unknown, target: string): unknown {
    if (this.#ended.signal.aborted) return this.#ended.signal.reason;
    if (error instanceof SshError) return error;
    if (isOpenFailure(error) && error.reason === CONNECT_FAILED)
      return this.#error('TARGET_UNREACHABLE', `cannot reach ${target}: ${error.message}`);
    return this.#error('FORWARDING_REFUSED', `forwards no connection to ${target}: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The end of what a command printed, which tells most. */
function said(stdout: Buffer, stderr: Buffer, code: number | null): string {
  const words = `${stderr.toString()} ${stdout.toString()}`.replaceAll(/\s+/g, ' ').trim();
  return tidy(words.slice(-MOST_QUOTED), MOST_QUOTED) || `it ended with ${code ?? 'a signal'}`;
}
