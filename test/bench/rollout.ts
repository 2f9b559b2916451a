// npm run bench:rollout [-- --clusters 200 --hanging 20 --stand-in FOLDER]: one deployment to many clusters.
// FOLDER holds a stand-in for kube-apiserver with its `start` function; beside it is specs/kubernetes-openapi.json.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDatabase } from './edgeSeed.ts';
import { type Isthmus, logIn, startIsthmus } from './isthmus.ts';
import { leaveProxyCore, LOAD_CORE, memory, pinned, processorTime, stop } from './processes.ts';
import { run } from './run.ts';
import { print, table } from './table.ts';

/** Seconds until the slowest cluster's pods are ready. */
const SLOWEST = 5;
/** Seconds that a rollout may take besides, MiB that it may add, and its remote calls at once. */
const MOST = { seconds: 5, memory: 200, calls: 20 };
const REGISTRATIONS_AT_ONCE = 4;
const POLL = 100;
const PATIENCE = 180_000;
const PASSWORD = 'Bench-only-1';

interface StandIn {
  name: string;
  kubeconfig: string;
  /** Where faults are ordered. */
  control: string;
}

async function startFleet(folder: string, standIn: string, count: number) {
  const copy = join(folder, 'stand-in');
  cpSync(standIn, copy, { recursive: true });
  execFileSync('npm', ['--prefix', copy, 'ci', '--omit=dev', '--silent']);
  const script = fileURLToPath(new URL('rolloutFleet.mjs', import.meta.url));
  const spec = resolve(standIn, '../specs/kubernetes-openapi.json');
  const [file = '', ...args] = pinned(LOAD_CORE, [
    process.execPath,
    script,
    copy,
    spec,
    String(count),
    String(SLOWEST * 1000),
  ]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  /** Ends it; how many calls of deployments were under way at once at most. */
  const end = async (): Promise<number> => {
    const told = once(lines, 'line') as Promise<[string]>;
    child.kill();
    return Number((await told)[0]);
  };
  return { child, clusters: JSON.parse(line) as StandIn[], end };
}

const hang = async ({ control }: StandIn): Promise<unknown> =>
  fetch(`${control}/fault`, { method: 'POST', body: JSON.stringify({ mode: 'hang' }) });

/** One caller of both doors. */
class Client {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  async rest(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${this.url}/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(this.token && { Authorization: this.token }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(this.token && { Authorization: this.token }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: object[] };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}

async function logInAs(url: string, user: string): Promise<Client> {
  const response = await fetch(`${url}/v1/authorization`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, password: PASSWORD }),
  });
  return new Client(url, ((await response.json()) as { token: string }).token);
}

/** The administrator of a business, whose deployments need no audit. */
async function createBusiness(url: string, admin: Client): Promise<Client> {
  const user = { user: 'owner', password: PASSWORD, phone: '12345678', isAdmin: true, realName: 'Owner' };
  await new Client(url).rest('POST', '/user', user);
  const { users } = await admin.ask<{ users: { nodes: { id: string }[] } }>(
    '{ users(filter: { name: { eq: "owner" } }) { nodes { id } } }',
  );
  await admin.rest('PUT', `/admin/user/${users.nodes[0]?.id}`, { status: 1 });
  const draft = { name: 'bench', introduce: 'i', objective: 'o', scale: 's' };
  await (await logInAs(url, 'owner')).rest('POST', '/business', draft);
  const { businesses } = await admin.ask<{ businesses: { nodes: { id: string }[] } }>(
    '{ businesses { nodes { id } } }',
  );
  await admin.rest('PUT', `/business/id/${businesses.nodes[0]?.id}`, { comment: '', status: 1 });
  return logInAs(url, 'owner');
}

async function registerAll(admin: Client, clusters: readonly StandIn[]): Promise<void> {
  const left = [...clusters];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift())
      await admin.ask(
        'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }',
        { input: { name: next.name, kubeconfig: next.kubeconfig } },
      );
  };
  await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, work));
}

const APP = {
  appName: 'web',
  deployType: 'deployment',
  image: 'nginx:1.27',
  version: '1.0',
  port: [{ port: 80 }],
  minCPU: 10,
  maxCPU: 100,
  isHPA: false,
  targetCPUUtilization: 80,
  targetMemUtilization: 80,
  minMemory: 16,
  maxMemory: 64,
  maxUnavailable: 1,
  maxSurge: 1,
  minReadySeconds: 0,
};

interface Progress {
  status: string;
  targets: { totalCount: number };
}

/** Seconds until as many clusters run it, and what the whole says then. */
async function deploy(owner: Client, deployName: string, clusters: number) {
  const before = performance.now();
  const { createDeployment } = await owner.ask<{ createDeployment: { deployment: { id: string } } }>(
    'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { deployment { id } } }',
    { input: { deployName, appName: APP.appName, version: APP.version } },
  );
  const { id } = createDeployment.deployment;
  for (;;) {
    const { deployment } = await owner.ask<{ deployment: Progress }>(
      'query ($id: ID!) { deployment(id: $id) { status targets(filter: { state: { eq: READY } }) { totalCount } } }',
      { id },
    );
    const seconds = (performance.now() - before) / 1_000;
    if (deployment.targets.totalCount === clusters) return { seconds, status: deployment.status };
    if (seconds * 1_000 > PATIENCE) throw new Error(`still ${JSON.stringify(deployment)}`);
    await delay(POLL);
  }
}

async function measure(folder: string, server: string, standIn: string, count: number, hanging: number) {
  const database = await createDatabase(server);
  let fleet: ChildProcess | undefined;
  try {
    const { child, clusters, end } = await startFleet(folder, standIn, count);
    fleet = child;
    const settings = { DATABASE_URL: database.url, ADMIN_AUTO_DEPLOY: 'true' };
    const isthmus: Isthmus = await startIsthmus(folder, undefined, settings);
    const admin = new Client(isthmus.url, (await logIn(isthmus.url)).token);
    const owner = await createBusiness(isthmus.url, admin);
    await registerAll(admin, clusters);
    await owner.rest('POST', '/app', APP);
    const idle = memory(isthmus.child, 'VmRSS');
    const processorBefore = processorTime(isthmus.child);
    const whole = await deploy(owner, 'whole', count);
    const processor = (processorTime(isthmus.child) - processorBefore) / 1_000;
    await Promise.all(clusters.slice(0, hanging).map(hang));
    const partial = await deploy(owner, 'partial', count - hanging);
    const peak = memory(isthmus.child, 'VmHWM') - idle;
    await stop(isthmus.child);
    const calls = await end();
    const limit = SLOWEST + MOST.seconds;
    print(`\nPods are ready after 0.3 s, in one cluster after ${SLOWEST} s; ${limit} s are allowed\n`);
    print(
      table(
        ['clusters', 'hanging', 'seconds', 'status'],
        [
          [String(count), '0', whole.seconds.toFixed(1), whole.status],
          [String(count), String(hanging), partial.seconds.toFixed(1), partial.status],
        ],
      ),
    );
    print(`\n${processor.toFixed(1)} s of processor time for the first`);
    print(`${peak.toFixed(0)} MiB at most beyond what the server took before; ${MOST.memory} are allowed`);
    print(`${calls} remote calls at once at most; ${MOST.calls} are allowed`);
    const isInTime = whole.seconds <= limit && partial.seconds <= limit;
    return isInTime && peak <= MOST.memory && calls <= MOST.calls;
  } finally {
    fleet?.kill();
    await database.remove();
  }
}

const { values } = parseArgs({
  options: {
    clusters: { type: 'string', default: '200' },
    hanging: { type: 'string', default: '20' },
    'stand-in': {
      type: 'string',
      default: fileURLToPath(new URL('../../../shared/kubernetes', import.meta.url)),
    },
  },
});
const server = process.env['DATABASE_URL'];
if (server === undefined)
  throw new Error('set DATABASE_URL to a PostgreSQL on which databases may be created');
leaveProxyCore();
await run((folder) =>
  measure(folder, server, values['stand-in'], Number(values.clusters), Number(values.hanging)),
);
