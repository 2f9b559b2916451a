import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const PASSWORD = "it's $HOME";
const SSHD = '/usr/sbin/sshd';

const run = (command: string, ...words: string[]) => execFileSync(command, words, { stdio: 'pipe' });

export interface Account {
  user: string;
  password: string;
  home: string;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

const accepts = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => undefined).once('connect', () => socket.destroy());
  });

/** Debian's sshd with settings of any kind, and accounts of this machine that log in there: for root alone. */
export class SshServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'isthmus-sshd-'));
  readonly #accounts: string[] = [];
  readonly #running = new Set<ChildProcess>();
  #keys = 0;

  constructor() {
    run('chmod', '755', this.folder);
    // Where sshd gives up its rights.
    mkdirSync('/run/sshd', { recursive: true });
  }

  /** An account with a home of its own. */
  account(name: string, shell = '/bin/bash'): Account {
    const user = `isthmus-${name}`;
    const home = join(this.folder, name);
    mkdirSync(home);
    run('useradd', '-M', '-d', home, '-s', shell, user);
    this.#accounts.push(user);
    execFileSync('chpasswd', { input: `${user}:${PASSWORD}` });
    run('chown', `${user}:`, home);
    return { user, password: PASSWORD, home };
  }

  /** The path of a new key of a server. */
  key(type: 'ed25519' | 'rsa' | 'ecdsa' = 'ed25519'): string {
    this.#keys += 1;
    const path = join(this.folder, `key-${this.#keys}`);
    run('ssh-keygen', '-q', '-t', type, '-N', '', '-f', path);
    return path;
  }

  /** The first of two settings of a kind counts. */
  async start(lines: string[] = [], { keys = [this.key()], address = '127.0.0.1', port = 0 } = {}) {
    const chosen = port || (await freePort());
    const config = join(this.folder, `config-${address}-${chosen}`);
    writeFileSync(
      config,
      [
        ...lines,
        `ListenAddress ${address}`,
        `Port ${chosen}`,
        ...keys.map((key) => `HostKey ${key}`),
        'PidFile none',
        'PasswordAuthentication yes',
        'KbdInteractiveAuthentication no',
        'UseDNS no',
        'Subsystem sftp internal-sftp',
        '',
      ].join('\n'),
    );
    const process = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#running.add(process);
    let said = '';
    process.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
    while (!(await accepts(address, chosen))) {
      if (process.exitCode !== null) throw new Error(`sshd did not start: ${said}`);
      await setTimeout(50);
    }
    return {
      address: `${address}:${chosen}`,
      port: chosen,
      stop: async () => {
        const over = new Promise((resolve) => {
          process.once('exit', resolve);
        });
        process.kill();
        await over;
        this.#running.delete(process);
      },
    };
  }

  close(): void {
    for (const process of this.#running) process.kill();
    for (const user of this.#accounts) {
      try {
        run('pkill', '-KILL', '-u', user);
      } catch {
        // None of its processes is left.
      }
      // Also while the last of them is ending.
      run('userdel', '-f', user);
    }
    rmSync(this.folder, { recursive: true });
  }
}
