import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, {
  type AuthContext,
  type Connection,
  type KeyboardAuthContext,
  type ServerChannel,
  type Session,
} from 'ssh2';
import { serveFiles } from './files.js';
import { listen } from './listener.js';

/** How a machine differs from one that has nothing odd about it. */
export interface MachineOptions {
  user?: string;
  password?: string;
  /** Of the account's public key, in place of the password. */
  publicKey?: string;
  /** In OpenSSH's form; a new one for each machine else. */
  hostKey?: string;
  /** Of other types, which it has too. */
  otherHostKeys?: readonly string[];
  /** The one way in which it lets in. */
  login?: 'password' | 'keyboard-interactive' | 'publickey';
  /** What it asks after the right password, keyboard-interactive. */
  asksThen?: string;
  /** What it does instead of letting in whoever gave the right password. */
  instead?: 'new password' | 'hang up' | 'hang' | 'second factor';
  algorithms?: ssh2.Algorithms;
  /** Before the first line of the protocol. */
  greeting?: string;
  /** Before the log-in. */
  banner?: string;
  /** Printed by files such as .bashrc before each command, on both outputs. */
  noise?: string;
  /** How commands run: in a shell; not at all; in place of them another command; or until they are ended. */
  commands?: 'shell' | 'refused' | 'forced' | 'hang' | 'flood';
  /** Not at all, something else than SFTP after its first packet, or its end. */
  sftp?: false | 'odd' | 'ends';
  /** Not at all, or without regard to what a client has room for. */
  forwarding?: false | 'flood';
  maxSessions?: number;
  /** Whether it exchanges keys over and over. */
  rekeys?: boolean;
  /** Of the home, by name. */
  files?: Record<string, string | Buffer>;
  /** Shell scripts that are found before programs of this machine, by name. */
  tools?: Readonly<Record<string, string>>;
  /** `host:port` of machines that this one reaches, with where they are. */
  reaches?: Readonly<Record<string, string>>;
}

const HOST_KEY_TYPE = 'ed25519';

/** The library makes one in three hundred that it cannot read. */
export function newKey(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync(HOST_KEY_TYPE);
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** A machine to log in to, in this process; commands run in a shell of this one, in a home of their own. */
export class Machine {
  readonly home = mkdtempSync(join(tmpdir(), 'isthmus-machine-'));
  readonly user: string;
  readonly password: string;
  readonly hostKey: string;
  /** What was seen of clients. */
  readonly seen = { logins: 0, passwords: [] as string[], commands: [] as string[], sftp: 0, tunnels: 0 };
  readonly #server: ssh2.Server;
  readonly #connections = new Set<Connection>();
  readonly #sockets = new Set<net.Socket>();
  #listener: Awaited<ReturnType<typeof listen>> | undefined;

  constructor(private readonly options: MachineOptions = {}) {
    const { user = 'operator', password = 'right horse', hostKey = newKey().private } = options;
    this.user = user;
    this.password = password;
    const parsed = ssh2.utils.parseKey(hostKey);
    if (parsed instanceof Error) throw parsed;
    this.hostKey = `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
    for (const [name, content] of Object.entries(options.files ?? {}))
      writeFileSync(join(this.home, name), content);
    mkdirSync(join(this.home, 'bin'));
    for (const [name, script] of Object.entries(options.tools ?? {}))
      writeFileSync(join(this.home, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    this.#server = new ssh2.Server(
      {
        hostKeys: [hostKey, ...(options.otherHostKeys ?? [])],
        ...(options.algorithms && { algorithms: options.algorithms }),
        ...(options.greeting !== undefined && { greeting: options.greeting }),
        ...(options.banner !== undefined && { banner: options.banner }),
      },
      (connection) => this.#serve(connection),
    );
  }

  /** `host:port`. */
  get address(): string {
    return this.#listener?.address ?? '';
  }

  get account() {
    return {
      role: 'the LCM',
      address: this.address,
      user: this.user,
      password: this.password,
      hostKey: null,
    };
  }

  async listen(): Promise<this> {
    this.#listener = await listen((socket) => {
      socket.setNoDelay(true);
      this.#server.injectSocket(socket);
    });
    return this;
  }

  /** How many are logged in. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Ends all connections without a word. */
  cut(): void {
    for (const connection of this.#connections) connection.end();
  }

  async close(): Promise<void> {
    this.cut();
    for (const socket of this.#sockets) socket.destroy();
    await this.#listener?.close();
    rmSync(this.home, { recursive: true });
  }

  #serve(connection: Connection): void {
    this.#connections.add(connection);
    connection.on('close', () => this.#connections.delete(connection));
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => this.#authenticate(context, connection));
    if (this.options.rekeys === true) connection.on('ready', () => rekey(connection));
    let sessions = 0;
    connection.on('session', (accept, reject) => {
      if (sessions >= (this.options.maxSessions ?? 10)) return reject();
      sessions += 1;
      this.#session(accept(), () => {
        sessions -= 1;
      });
    });
    // Without this, ssh2 says that it is prohibited.
    if (this.options.forwarding !== false) this.#forward(connection);
  }

  #forward(connection: Connection): void {
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      this.seen.tunnels += 1;
      if (this.options.forwarding === 'flood') return flood(unbounded(accept()));
      const [host = destIP, port = destPort] =
        this.options.reaches?.[`${destIP}:${destPort}`]?.split(':') ?? [];
      const socket = net.connect(Number(port), host);
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.once('error', () => reject());
      socket.once('connect', () => {
        const channel = accept();
        channel.on('error', () => socket.destroy());
        channel.on('close', () => socket.destroy());
        socket.on('error', () => channel.destroy());
        socket.pipe(channel).pipe(socket);
      });
    });
  }

  #authenticate(context: AuthContext, connection: Connection): void {
    const { login = 'password', publicKey } = this.options;
    if (context.method !== login || context.username !== this.user) return context.reject([login]);
    if (context.method === 'password') {
      this.seen.passwords.push(context.password);
      return context.password === this.password ? this.#letIn(context, connection) : context.reject([login]);
    }
    if (context.method === 'keyboard-interactive') return this.#ask(context, connection);
    const key = ssh2.utils.parseKey(publicKey ?? '');
    if (key instanceof Error || !key.getPublicSSH().equals(context.key.data)) return context.reject([login]);
    if (context.blob && context.signature && !key.verify(context.blob, context.signature, context.hashAlgo))
      return context.reject([login]);
    context.accept();
  }

  #ask(context: KeyboardAuthContext, connection: Connection): void {
    context.prompt([{ prompt: 'Password: ', echo: false }], ([answer = '']) => {
      this.seen.passwords.push(answer);
      if (answer !== this.password) return context.reject(['keyboard-interactive']);
      const { asksThen } = this.options;
      if (asksThen === undefined) return this.#letIn(context, connection);
      context.prompt([{ prompt: asksThen, echo: false }], (answers) => {
        this.seen.passwords.push(...answers);
        context.reject(['keyboard-interactive']);
      });
    });
  }

  #letIn(context: AuthContext, connection: Connection): void {
    const { instead } = this.options;
    if (instead === 'new password' && context.method === 'password')
      return context.requestChange('Your password has expired: ', () => undefined);
    if (instead === 'hang up') return void connection.end();
    if (instead === 'hang') return;
    if (instead === 'second factor') return context.reject(['keyboard-interactive'], true);
    this.seen.logins += 1;
    context.accept();
  }

  #session(session: Session, over: () => void): void {
    session.on('close', over);
    session.on('exec', (accept, reject, { command }) => {
      this.seen.commands.push(command);
      if (this.options.commands === 'refused') return reject();
      this.#run(accept(), command);
    });
    if (typeof this.options.sftp === 'string')
      session.on('subsystem', (accept) => breakOff(accept(), this.options.sftp === 'odd'));
    else this.#files(session);
  }

  #files(session: Session): void {
    session.on('sftp', (accept, reject) => {
      if (this.options.sftp === false) return reject();
      this.seen.sftp += 1;
      serveFiles(accept(), this.home);
    });
  }

  #run(channel: ServerChannel, command: string): void {
    const { commands = 'shell', noise = '' } = this.options;
    channel.on('error', () => undefined);
    if (commands === 'hang') return;
    if (commands === 'flood') return flood(channel);
    channel.write(noise);
    channel.stderr.write(noise);
    const line = commands === 'forced' ? 'echo This service allows sftp connections only.; exit 1' : command;
    const path = `${join(this.home, 'bin')}:${process.env['PATH'] ?? ''}`;
    const child = spawn('/bin/sh', ['-c', line], { cwd: this.home, env: { ...process.env, PATH: path } });
    child.stdout.on('data', (chunk: Buffer) => channel.writable && channel.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => channel.stderr.writable && channel.stderr.write(chunk));
    channel.pipe(child.stdin.on('error', () => undefined));
    channel.on('close', () => child.kill());
    child.on('close', (code) => {
      channel.exit(code ?? 1);
      channel.end();
    });
  }
}

/** Writes for as long as somebody takes it. */
function flood(channel: ServerChannel): void {
  // No part of a window, which ssh2 would find used up exactly.
  const block = Buffer.alloc(30_000, 'x');
  const write = () => {
    if (channel.writable) channel.write(block, () => setImmediate(write));
  };
  write();
}

/** The same channel, as if the client had endless room. */
function unbounded(channel: ServerChannel): ServerChannel {
  Object.assign(channel, {
    outgoing: Object.assign(Reflect.get(channel, 'outgoing') as object, { window: Infinity }),
  });
  return channel;
}

/** SFTP until it is ready. */
function breakOff(channel: ServerChannel, isOdd: boolean): void {
  channel.once('data', () => {
    channel.write(Buffer.from([0, 0, 0, 5, 2, 0, 0, 0, 3]));
    channel.once('data', () => (isOdd ? channel.write('*** welcome ***') : channel.end()));
  });
}

function rekey(connection: Connection): void {
  connection.rekey(() => setImmediate(rekey, connection));
}
