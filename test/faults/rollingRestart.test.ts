import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';
import { ADMIN } from '../support/server.js';
import { type Upstream, closedPort, httpUpstream } from '../support/upstream.js';

/** Seconds; some checks of the balancer. */
const DELAY = '4';
const CLIENTS = 12;
const LONG = { timeout: 60_000 };

const folder = mkdtempSync(join(tmpdir(), 'isthmus-rolling-'));
let upstream: Upstream;
let haproxy: ChildProcess;
let ports: number[];
let front: number;
let platform: string;
const replicas: Running[] = [];

const dataOf = (index: number) => join(folder, `data-${index}`);
const startReplica = (index: number) =>
  startProcess({
    PORT: String(ports[index]),
    DATA_DIR: dataOf(index),
    ADMIN_PASSWORD: ADMIN.password,
    TRUSTED_PROXIES: '127.0.0.1',
    SHUTDOWN_DELAY: DELAY,
    LOG_LEVEL: 'warn',
  });

/** No request is sent a second time, so that each that is lost shows. */
const configuration = () => `
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout check 10s
frontend front
  bind 127.0.0.1:${front}
  default_backend replicas
backend replicas
  balance roundrobin
  http-reuse always
  option forwardfor
  option httpchk GET /readyz
  stats enable
  stats uri /balancer
  default-server check inter 200ms fall 1 rise 1
${ports.map((port, index) => `  server replica${index} 127.0.0.1:${port}`).join('\n')}
`;

const replicasUp = async () =>
  (await (await send(`http://127.0.0.1:${front}/balancer;csv`)).text())
    .split('\n')
    .filter((line) => /^replicas,replica\d,.*,UP,/.test(line)).length;

beforeAll(async () => {
  upstream = await httpUpstream((incoming, response) => void incoming.pipe(response));
  ports = [await closedPort(), await closedPort()];
  front = await closedPort();
  const first = await startReplica(0);
  const registered = await send(`${first.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name: 'echo', protocol: 'http', host: '127.0.0.1', port: String(upstream.port) },
  });
  platform = ((await registered.json()) as { data: { id: string } }).data.id;
  await first.end('SIGINT');
  cpSync(dataOf(0), dataOf(1), { recursive: true });
  replicas.push(await startReplica(0), await startReplica(1));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration());
  haproxy = spawn('haproxy', ['-q', '-db', '-f', file], { stdio: 'ignore' });
});
afterAll(async () => {
  haproxy.kill();
  await Promise.all(replicas.map(({ end }) => end('SIGKILL')));
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Requests one after the other on a kept connection until told to end; what went wrong with them. */
class Client {
  readonly failures: string[] = [];
  count = 0;
  #isEnding = false;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #running: Promise<void>;

  constructor(private readonly index: number) {
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#isEnding) {
      const body =
        this.count % 3 === 2
          ? JSON.stringify({ query: '{ viewer { name } }' })
          : `${this.index} ${this.count}`;
      const isGraphql = this.count % 3 === 2;
      this.count += 1;
      try {
        const received = await (isGraphql
          ? this.#send('/graphql', body, { 'content-type': 'application/json' })
          : this.#send('/sys/transmit/echo', body, { 'plat-route-id': platform }));
        if (received !== (isGraphql ? '{"data":{"viewer":null}}' : body)) this.failures.push(received);
      } catch (error) {
        this.failures.push(String(error));
      }
    }
  }

  async #send(path: string, body: string, headers: Record<string, string>): Promise<string> {
    const options = { port: front, path, method: 'POST', agent: this.#agent, headers };
    return new Promise((resolve, reject) => {
      const call = request(options, (answer) => {
        text(answer).then((read) => resolve(read.trim()), reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

test('two replicas behind HAProxy are restarted one after the other, and no request is lost', async () => {
  await expect.poll(() => replicasUp().catch(() => 0), LONG).toBe(2);
  const clients = Array.from({ length: CLIENTS }, (_, index) => new Client(index));
  const countOf = () => clients.reduce((sum, { count }) => sum + count, 0);
  for (const index of [0, 1]) {
    const before = countOf();
    await expect.poll(countOf, LONG).toBeGreaterThan(before + 100);
    expect(await replicas[index]?.end('SIGTERM')).toBe(0);
    replicas[index] = await startReplica(index);
    await expect.poll(replicasUp, LONG).toBe(2);
  }
  const before = countOf();
  await expect.poll(countOf, LONG).toBeGreaterThan(before + 100);
  await Promise.all(clients.map((client) => client.end()));
  expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
});
