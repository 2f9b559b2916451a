import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { APP } from '../apps/support/world.js';
import { playControllers } from '../support/kubernetes/controllers.js';
import { FakeApiServer } from '../support/kubernetes/server.js';
import { PASSWORD } from '../support/people.js';
import { type Running, startProcess } from '../support/process.js';
import { ADMIN, logIn, query } from '../support/server.js';

const CLUSTERS = 3;
const KILLS = 2;

const made = async <T>(url: string, document: string, input: object, token?: string): Promise<T> => {
  const { data, errors } = await query<T>(url, document, { variables: { input }, token });
  if (!data) throw new Error(errors[0]?.message);
  return data;
};

/** A business with an application in two versions; answers the token of its administrator. */
async function prepare(url: string, admin: string, clusters: readonly FakeApiServer[]): Promise<string> {
  const draft = { user: 'boss', password: PASSWORD, phone: '12345678', isAdmin: true, realName: 'Boss' };
  const { registerUser } = await made<{ registerUser: { user: { id: string } } }>(
    url,
    'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id } } }',
    draft,
  );
  const approve = 'mutation ($input: AuditUserInput!) { auditUser(input: $input) { user { id } } }';
  await made(url, approve, { id: registerUser.user.id, status: 'APPROVED' }, admin);
  const token = await logIn(url, draft.user, PASSWORD);
  const { createBusiness } = await made<{ createBusiness: { business: { id: string } } }>(
    url,
    'mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id } } }',
    { name: 'b', introduce: 'i', objective: 'o', scale: 's' },
    token,
  );
  const audit = 'mutation ($input: AuditBusinessInput!) { auditBusiness(input: $input) { business { id } } }';
  await made(url, audit, { id: createBusiness.business.id, status: 'APPROVED' }, admin);
  for (const version of ['1.0', '1.1']) {
    const app = { ...APP, appName: 'web', version, image: `nginx:${version}`, deployType: 'DEPLOYMENT' };
    const create = 'mutation ($input: CreateAppInput!) { createApp(input: $input) { app { id } } }';
    await made(url, create, app, token);
  }
  for (const [index, cluster] of clusters.entries()) {
    const register =
      'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }';
    await made(url, register, { name: `c${index}`, kubeconfig: cluster.kubeconfig() }, admin);
  }
  return token;
}

test('kill -9 in the midst of a rollout loses no step of it and changes nothing twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-process-'));
  const clusters = await Promise.all(Array.from({ length: CLUSTERS }, async () => FakeApiServer.start()));
  for (const { namespaced } of clusters) playControllers(namespaced);
  let server: Running | undefined;
  onTestFinished(async () => {
    server?.process.kill('SIGKILL');
    await Promise.all(clusters.map(async (cluster) => cluster.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  const environment = { DATA_DIR: folder, ADMIN_PASSWORD: ADMIN.password, ADMIN_AUTO_DEPLOY: 'true' };
  server = await startProcess(environment);
  const admin = await logIn(server.url, ADMIN.user, ADMIN.password);
  const token = await prepare(server.url, admin, clusters);

  /** At some request that a rollout makes. */
  const killed = async (turn: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = Math.floor(Math.random() * 2 * CLUSTERS) + turn;
    for (const cluster of clusters) {
      cluster.onRequest = (request) => {
        if (!request.includes('/apis/apps/v1/')) return;
        left -= 1;
        if (left >= 0) return;
        // Its folder is free once it is gone.
        void server?.end('SIGKILL').then(() => resolve());
      };
    }
    await promise;
    for (const cluster of clusters) cluster.onRequest = undefined;
  };
  const show = async () => {
    const { data } = await query<{ deployment: { id: string; status: string; version: string } }>(
      server?.url ?? '',
      '{ deployment(id: 1) { id status version targets { nodes { state message } } } }',
      { token },
    );
    return data?.deployment;
  };
  const versions = () =>
    clusters.map(({ namespaced }) =>
      [...namespaced.objects]
        .filter(([path]) => path.endsWith('/deployments/web'))
        .flatMap(([, { metadata, spec }]) => [
          /nginx:[\d.]+/.exec(JSON.stringify(spec))?.[0],
          metadata.generation,
        ]),
    );
  const settle = async (version: string) =>
    vi.waitFor(async () => expect(await show()).toMatchObject({ status: 'SUCCESS', version }), {
      timeout: 75_000,
      interval: 200,
    });

  for (let turn = 0; turn < KILLS; turn += 1) {
    const version = `1.${turn}`;
    const dying = killed(turn);
    await (turn === 0
      ? made(
          server.url,
          'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { deployment { id } } }',
          { deployName: 'web', appName: 'web', version },
          token,
        )
      : made(
          server.url,
          'mutation ($input: UpgradeDeploymentInput!) { upgradeDeployment(input: $input) { deployment { id } } }',
          { id: '1', version },
          token,
        ));
    await dying;
    server = await startProcess(environment);
    await settle(version);
    expect(versions()).toEqual(clusters.map(() => [`nginx:${version}`, turn + 1]));
  }
});
