import { afterAll, beforeEach, test } from 'vitest';
import { CHART, formOf } from '../../apps/support/charts.js';
import { newRepository } from '../../apps/support/world.js';
import { insertCluster, insertLabel, insertNode } from '../../edge/support/world.js';
import { insertBusiness } from '../../identity/support/world.js';
import { Contract, readDocument } from '../../support/contract.js';
import { FakeHarbor, HARBOR_ADMIN } from '../../support/harbor/server.js';
import { PASSWORD, type Person, newBusiness, newUser, ote } from '../../support/people.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { ADMIN, logIn, startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

interface OteSample extends Sample {
  /** The member, or the administrator of a business with the external repository `repo1`, instead of the system administrator. */
  as?: 'member' | 'administrator';
  /** The body is a form of these texts and a chart. */
  form?: Record<string, string>;
  given?: {
    business?: object;
    clusters?: GivenCluster[];
    apps?: object[];
    deployments?: GivenDeployment[];
    harbor?: GivenHarbor;
    /** Of the member's business, which has them whether there are any or not. */
    external?: object[];
  };
}

interface GivenHarbor {
  /** Whether the system administrator has an account there; true when left out. */
  account?: boolean;
  projects?: string[];
  /** Tags by image. */
  images?: Record<string, string[]>;
}

/** Of the business that is the last one; with one change of this key. */
interface GivenDeployment {
  changeId: number;
  changeStatus: string;
  values: object;
}

interface GivenCluster {
  name: string;
  isReady: boolean;
  nodes: string[];
  labels?: string[];
  /** Of every node. */
  nodeLabels?: string[];
}

async function insertGiven({ name, isReady, nodes, labels = [], nodeLabels = [] }: GivenCluster) {
  const clusterId = await insertCluster(server, { name, seen: isReady });
  for (const [index, label] of labels.entries()) {
    await server.database.query(
      `insert into cluster_labels values ($1, $2, now() + $3 * interval '1 second')`,
      [clusterId, label, index],
    );
  }
  for (const node of nodes) {
    const values = { ip: '1.2.3.4', operatingSystem: 'Linux', kernelVersion: '2.6' };
    const nodeId = await insertNode(server, clusterId, node, values);
    for (const label of nodeLabels) {
      await insertLabel(server, label, `id = ${nodeId}`);
    }
  }
}

/** What stands in the sample for keys of projects. */
async function fillHarbor({ account = true, projects = [], images = {} }: GivenHarbor) {
  harbor.reset();
  for (const name of projects) harbor.store.addProject(name, HARBOR_ADMIN.user);
  for (const [name, tags] of Object.entries(images)) harbor.store.push(name, tags);
  if (account) {
    const administrator = await server.adminToken();
    await ote(server, 'POST', '/repository/user', administrator, HARBOR_ADMIN);
  }
  return Object.fromEntries(
    harbor.store.projects.map(({ name, project_id: id }) => [`"$${name}"`, String(id)]),
  );
}

/** The member as administrator of a business. */
async function giveBusiness() {
  const business = await insertBusiness(server, member.id);
  await server.database.query('update users set business_id = $1 where id = $2', [business.id, member.id]);
  member.token = await logIn(server.url, member.name, PASSWORD);
}

async function insertDeployment({ changeId, changeStatus, values }: GivenDeployment): Promise<void> {
  const defaults = {
    comment: '',
    deploy_type: 'NEW',
    strategy: { batchSize: 0, maxFailures: 0, pause: 0 },
    drift: 'CORRECT',
    rollback_on_failure: false,
  };
  const rows = [
    `insert into deployments select (jsonb_populate_record(null::deployments, $1 || jsonb_build_object(
       'id', 1, 'created_at', now(), 'updated_at', now(), 'running', 0, 'error', 0, 'total', 0, 'audit_comment', '',
       'is_stopped', false, 'is_settled', true, 'is_living', true, 'revision', 1, 'business_id', max(id)) || $2)).*
     from businesses`,
    `insert into deployment_audits (id, created_at, updated_at, deployment_id, business_id, business_name, deploy_type,
       app_name, version, cluster, spec, comment, status, audit_comment, begun_at)
     select $1, now(), now(), d.id, business_id, b.name, deploy_type, app_name, version, cluster, '{}', '', $2, $3,
       case when $2 = 'APPROVED' then now() end from deployments d join businesses b on b.id = business_id`,
    `insert into deployment_audits (created_at, updated_at, deployment_id, business_id, business_name, deploy_type,
       app_name, version, cluster, spec, comment, status, begun_at)
     select now(), now(), d.id, business_id, '', 'NEW', app_name, '1.1.1.2', cluster, '{}', '', 'APPROVED', now()
     from deployments d where $1 = 'APPROVED'`,
  ];
  const changed = { ...values, ...(changeStatus === 'APPROVED' && { change_id: changeId }) };
  await server.database.query(rows[0] ?? '', [JSON.stringify(defaults), JSON.stringify(changed)]);
  await server.database.query(rows[1] ?? '', [changeId, changeStatus, '']);
  await server.database.query(rows[2] ?? '', [changeStatus]);
}

async function tokenOf(as: OteSample['as']): Promise<string> {
  if (as === 'member') return member.token;
  if (as === undefined) return server.adminToken();
  const tenant = await newBusiness(server);
  await newRepository(server, tenant);
  return tenant.admin.token;
}

const contract = new Contract(readDocument('ote'));
const samples = readSamples<OteSample>(`${import.meta.dirname}/samples`);

const harbor = await FakeHarbor.start();
const { user: HARBOR_ADMIN_USER, password: HARBOR_ADMIN_PASSWORD } = HARBOR_ADMIN;
const server = useServer(async () => {
  const harborOptions = { HARBOR_URL: harbor.url, HARBOR_ADMIN_USER, HARBOR_ADMIN_PASSWORD };
  return startServer({ LOGIN_FAILURES: '1000', ...harborOptions });
});
afterAll(() => harbor.close());
let member: Person;
beforeEach(async () => {
  await server.database.query('delete from clusters');
  await server.database.query('truncate apps restart identity cascade');
  await server.database.query('delete from harbor_accounts');
  await server.database.query('delete from external_repositories');
  await server.database.query('delete from businesses');
  await server.database.query('delete from users where not is_system_administrator');
  member = await newUser(server, { isAdmin: true });
});

test.each(samples)('%s', async (_name, { as, form, given, request, response }) => {
  const names: Record<string, string> = {
    $user: ADMIN.user,
    $password: as === 'member' ? PASSWORD : ADMIN.password,
    $member: String(member.id),
    $harbor: new URL(harbor.url).host,
  };
  for (const cluster of given?.clusters ?? []) await insertGiven(cluster);
  if (given?.business) {
    await ote(server, 'POST', '/business', member.token, given.business);
    const { rows } = await server.database.query('select id from businesses');
    names['$business'] = String(rows[0]?.['id']);
  }
  Object.assign(names, given?.harbor ? await fillHarbor(given.harbor) : {});
  if (given?.external) {
    await giveBusiness();
    for (const draft of given.external) await ote(server, 'POST', '/repository/third', member.token, draft);
  }
  const filled = <T>(value: T): T => {
    const text = Object.entries(names).reduce(
      (all, [name, text]) => all.replaceAll(name, text),
      JSON.stringify(value),
    );
    return JSON.parse(text) as T;
  };
  const token = await tokenOf(as);
  for (const app of filled(given?.apps ?? [])) await ote(server, 'POST', '/app', token, app);
  const sent = request.body === undefined ? undefined : filled(request.body);
  const body = form ? formOf({ ...form, chart: CHART }) : sent;
  for (const deployment of given?.deployments ?? []) await insertDeployment(deployment);
  const answer = await send(server.url + filled(request.path), {
    method: request.method,
    headers: request.token ? { authorization: token } : {},
    body,
  });
  const { method, path } = filled(request);
  await expectSample(answer, { status: response.status, body: filled(response.body) }, contract, {
    method,
    path,
  });
});
