import { uniqueName } from '../../support/people.js';
import { HARBOR_ADMIN } from '../../support/harbor/server.js';
import { ADMIN, type TestServer } from '../../support/server.js';
import { ACCOUNT_SECRETS, REPOSITORY_SECRETS } from '../../../src/domains/images/image.secrets.js';
import {
  type Member,
  type Row,
  type UserValues,
  insertBusiness,
  insertUser,
  newSecrets,
  seal,
  signToken,
} from './world.js';

/** Who calls, in the order of the columns of the matrix. */
export const CALLERS = [
  'none',
  'pending',
  'without business',
  'general user',
  'administrator',
  'foreign administrator',
  'system administrator',
] as const;

export type CallerKind = (typeof CALLERS)[number];

/** A platform that every call finds, of the business of the general user and the administrator. */
export const PLATFORM = '0b7b1e2c-5d1f-4c1e-9a51-6f1f1f0a7a01';

/** The same, of nobody. */
export const FREE_PLATFORM = '0b7b1e2c-5d1f-4c1e-9a51-6f1f1f0a7a02';

/** A cluster and a node of it that every call finds. */
export const CLUSTER = { id: 900_001, name: 'somewhere', node: 'machine', nodeId: 900_002 } as const;

/** An application of the business of the general user and the administrator that every call finds. */
export const APP_ID = 900_003;
/** An external repository that every call finds, of the business of the general user and the administrator. */
export const REPOSITORY = {
  id: 900_003,
  uid: '0b7b1e2c-5d1f-4c1e-9a51-6f1f1f0a7a03',
  name: 'somewhere',
} as const;

/** A deployment of the same business, and a change of it that waits for an audit. */
export const DEPLOYMENT = { id: 900_004, name: 'somewhere', changeId: 900_005 } as const;

/** A data center of the same business, which is offline, yet has a task, a run, and a record. */
export const DATA_CENTER = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a04';
export const TASK_RUN = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a05';
export const RECORD = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a06';

/** YAML files that were generated for the same business. */
export const YAML_JOB = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a06';

/** What one call of the matrix finds. The objects belong to the business of the general user and the administrator. */
export interface Scene {
  business: Row;
  member: Row;
  /** Of the caller; of nobody's where there is none. */
  caller: Member;
  token: string | undefined;
}

export interface Tenants {
  own: Row;
  foreign: Row;
}

export async function createTenants(server: TestServer): Promise<Tenants> {
  const create = async (): Promise<Row> => {
    const creator = await insertUser(server, { isAdmin: true });
    const business = await insertBusiness(server, creator.id);
    await server.database.query('update users set business_id = $1 where id = $2', [business.id, creator.id]);
    return business;
  };
  return { own: await create(), foreign: await create() };
}

/** Whoever is wanted, with the sessions that are; one statement, since a thousand scenes are made. */
const PEOPLE = `
  with wanted as (
    select * from jsonb_to_recordset($1) w
      (name text, status text, is_admin boolean, is_system_administrator boolean, business_id int, session_id uuid, hash text)),
  made as (
    insert into users (created_at, updated_at, name, name_key, status, is_admin, is_system_administrator, business_id, password_hash)
    select now(), now(), name, lower(name), status, is_admin, is_system_administrator, business_id,
      (select password_hash from users where name = '${ADMIN.user}')
    from wanted returning id, name),
  made_sessions as (
    insert into sessions (id, user_id, created_at, address, expires_at)
    select session_id, made.id, now(), '127.0.0.1', now() + interval '1 day'
    from made join wanted using (name) where session_id is not null returning id),
  made_tokens as (
    insert into refresh_tokens (hash, session_id, expires_at)
    select hash, session_id, now() + interval '1 day' from made_sessions join wanted on session_id = made_sessions.id)
  select id, name from made`;

/** Columns of everything that is read of a cloud. */
const ITEM = {
  ...{ id: `${DATA_CENTER}:1`, data_center_id: DATA_CENTER, cloud_id: '1', name: 'somewhere', digest: '' },
  ...{ domain_id: '', description: '', is_enabled: true, is_up: true, is_public: true, is_shared: true },
  ...{ is_external: true, is_bootable: true, host_key: `${DATA_CENTER}:h`, availability_zone: '', vcpus: 1 },
  ...{ memory_mb: 1, disk_gb: 1, used_vcpus: 1, used_memory_mb: 1, used_disk_gb: 1, size_gb: 1 },
  ...{ virtual_machine_count: 1, metadata: {}, host_names: [], subnets: [], addresses: [], volume_ids: [] },
  ...{
    tenant_id: `${DATA_CENTER}:1`,
    status: 'UNKNOWN',
    cloud_status: '',
    status_key: '',
    power_state: 'UNKNOWN',
  },
  ...{
    created_at: '2026-01-01T00:00:00Z',
    taken_at: '2026-01-01T00:00:00Z',
    generation: 1,
    run_id: TASK_RUN,
  },
};
const INVENTORY = [
  ...['aggregates', 'flavors', 'hosts', 'images', 'networks', 'stacks', 'tenants', 'virtual_machines'],
  ...['volumes', 'volume_types', 'inventory_generations'],
]
  .map(
    (table) => `made_${table} as (
    insert into ${table} select * from jsonb_populate_record(null::${table}, $3::jsonb)
    on conflict do nothing)`,
  )
  .join(',');

/** What is missing of the objects that every call finds. */
const OBJECTS = `
  with made_platforms as (
    insert into platforms (id, created_at, updated_at, name, kind, protocol, host, port, business_id)
    select id::uuid, now(), now(), 'somewhere', 'GENERIC', 'http', '127.0.0.1', 1, business_id
    from (values ('${PLATFORM}', $1::int), ('${FREE_PLATFORM}', null)) wanted (id, business_id) on conflict do nothing),
  made_repository as (
    insert into external_repositories (id, created_at, updated_at, uid, business_id, repository_id, address, "user", password)
    select ${REPOSITORY.id}, now(), now(), '${REPOSITORY.uid}'::uuid, $1::int, '${REPOSITORY.name}', '127.0.0.1:1', 'u', $2
    on conflict do nothing),
  made_data_center as (
    insert into data_centers (id, created_at, updated_at, business_id, owner_id, name, mode, country, province, city,
      system_name, cee_version, lcm_ip, lcm_user, openstackrc_dir, lcmrc_dir)
    values ('${DATA_CENTER}', now(), now(), $1::int, 1, 'somewhere', false, '', '', '', '', '', '', '', '', '')
    on conflict do nothing),
  made_yaml_job as (
    insert into yaml_jobs (id, created_at, updated_at, business_id, owner_id, site, cee_version, project_name, status,
      file_names, size)
    values ('${YAML_JOB}', now(), now(), $1::int, 1, 'GZ', 'drop28', 'somewhere', 'SUCCESS', '[]', 1) on conflict do nothing),
  made_yaml_result as (
    insert into yaml_results (job_id, content) values ('${YAML_JOB}', 'x') on conflict do nothing),
  made_task as (
    insert into data_center_tasks (id, data_center_id, kind, interval)
    values ('${DATA_CENTER}:static', '${DATA_CENTER}', 'STATIC', 60) on conflict do nothing),
  made_run as (
    insert into task_runs (id, data_center_id, data_center_name, kind, status, started_at, ended_at)
    values ('${TASK_RUN}', '${DATA_CENTER}', 'somewhere', 'STATIC', 'SUCCESS', now(), now()) on conflict do nothing),
  made_record as (
    insert into records (id, created_at, updated_at, data_center_id, name, data_center_name, system_name, cee_version, lcm_ip,
      openrc_path, status, process_id, size)
    values ('${RECORD}', now(), now(), '${DATA_CENTER}', 'somewhere', 'somewhere', '', '', '', '', 'SUCCESSFUL', '${RECORD}', 1)
    on conflict do nothing),
  made_record_chunk as (
    insert into record_chunks (record_id, number, content) values ('${RECORD}', 0, 'x') on conflict do nothing),
  ${INVENTORY},
  made_cluster as (
    insert into clusters (id, created_at, updated_at, name, uid, kubeconfig, version, was_ready, watcher, watched_until)
    values (${CLUSTER.id}, now(), now(), '${CLUSTER.name}', '${CLUSTER.name}', '', 'v1.31.0', false, gen_random_uuid(),
      now() + interval '1 day') on conflict do nothing),
  made_app as (
    insert into apps (id, created_at, updated_at, business_id, name, version, deploy_type, image, command, ports, volumes, env,
      dependence, replicas, min_replicas, max_replicas, min_cpu, max_cpu, min_memory, max_memory, gpu, is_hpa,
      target_cpu_utilization, target_mem_utilization, max_unavailable, max_surge, min_ready_seconds)
    values (${APP_ID}, now(), now(), $1::int, 'somewhere', '1.1', 'deployment', 'nginx:1', '', '[]', '[]', '[]', '[]', 1, 1, 1, 1, 1,
      1, 1, 0, false, 1, 1, 1, 1, 0) on conflict do nothing),
  made_deployment as (
    insert into deployments (id, created_at, updated_at, business_id, deploy_name, app_name, version, cluster, node_label,
      comment, deploy_type, status, strategy, drift, rollback_on_failure, change_id, change_type, outcome)
    values (${DEPLOYMENT.id}, now(), now(), $1::int, '${DEPLOYMENT.name}', 'somewhere', '1.0', 'nowhere', '', '', 'NEW', 'SUCCESS',
      '{"batchSize":0,"maxFailures":0,"pause":0}', 'CORRECT', false, ${DEPLOYMENT.changeId + 1}, 'NEW', 'SUCCESS')
    on conflict do nothing),
  made_changes as (
    insert into deployment_audits (id, created_at, updated_at, deployment_id, business_id, business_name, deploy_type, app_name,
      version, cluster, comment, status, spec, begun_at)
    values (${DEPLOYMENT.changeId}, now(), now(), ${DEPLOYMENT.id}, $1::int, 'b', 'NEW', 'somewhere', '1.1', '', '', 'PENDING', '{}', null),
      (${DEPLOYMENT.changeId + 1}, now(), now(), ${DEPLOYMENT.id}, $1::int, 'b', 'NEW', 'somewhere', '1.0', '', '', 'APPROVED', '{}', now()),
      (${DEPLOYMENT.changeId + 2}, now(), now(), ${DEPLOYMENT.id}, $1::int, 'b', 'NEW', 'somewhere', '0.9', '', '', 'APPROVED', '{}', now())
    on conflict do nothing)
  insert into nodes (id, cluster_id, uid, name, kubernetes_labels, is_ready, is_schedulable, operating_system, os_image,
    architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu, allocatable_memory,
    created_at, hash)
  values (${CLUSTER.nodeId}, ${CLUSTER.id}, 'u', '${CLUSTER.node}', '{}', true, true, 'linux', 'o', 'a', 'k', 'v', 1, 1, 1,
    0, 1, 1, now(), '') on conflict do nothing`;

const wanted = ({
  businessId = null,
  isAdmin = false,
  isSystemAdministrator = false,
  status = 'APPROVED',
}: UserValues) => ({
  name: uniqueName('user'),
  status,
  is_admin: isAdmin,
  is_system_administrator: isSystemAdministrator,
  business_id: businessId,
});

function valuesOf(kind: CallerKind, { own, foreign }: Tenants): UserValues {
  const values: Record<CallerKind, UserValues> = {
    none: {},
    pending: { status: 'PENDING', businessId: own.id, isAdmin: true },
    'without business': { isAdmin: true },
    'general user': { businessId: own.id },
    administrator: { businessId: own.id, isAdmin: true },
    'foreign administrator': { businessId: foreign.id, isAdmin: true },
    'system administrator': { isSystemAdministrator: true, isAdmin: true },
  };
  return values[kind];
}

/** A caller of each kind, and an object for each that no other call has changed. */
async function createScenes(
  server: TestServer,
  tenants: Tenants,
  kinds: readonly CallerKind[],
): Promise<Scene[]> {
  const { own } = tenants;
  const people = kinds.map((kind) => {
    const secrets = newSecrets();
    const { sessionId, hash } = secrets;
    const caller = { ...wanted(valuesOf(kind, tenants)), session_id: sessionId, hash };
    return { kind, caller, member: wanted({ businessId: own.id }), secrets };
  });
  const users = people.flatMap(({ caller, member }) => [caller, member]);
  const { rows } = await server.database.query(PEOPLE, [JSON.stringify(users)]);
  const ids = new Map(rows.map(({ id, name }) => [name, Number(id)]));
  const rowOf = ({ name }: { name: string }): Row => ({ id: ids.get(name) ?? 0, name });
  await insertAccounts(
    server,
    people.map(({ caller }) => rowOf(caller).id),
  );
  return people.map(({ kind, caller, member, secrets: { sessionId, refreshToken } }) => {
    const token = signToken(rowOf(caller).id, sessionId);
    return {
      business: own,
      member: rowOf(member),
      caller: { ...rowOf(caller), token, refreshToken, sessionId },
      token: kind === 'none' ? undefined : token,
    };
  });
}

/** Where nothing that every call finds is missing. */
const whole = new WeakSet<TestServer>();

async function placeObjects(server: TestServer, { own }: Tenants): Promise<void> {
  if (whole.has(server)) return;
  const password = seal('p', REPOSITORY_SECRETS.contextOf(REPOSITORY.uid));
  await server.database.query(OBJECTS, [own.id, password, JSON.stringify(ITEM)]);
  whole.add(server);
}

/** The callers act as Harbor's administrator, so that nothing but their role keeps them from anything. */
async function insertAccounts(server: TestServer, userIds: readonly number[]): Promise<void> {
  const accounts = userIds.map((id) => ({
    id,
    password: seal(HARBOR_ADMIN.password, ACCOUNT_SECRETS.contextOf(String(id))),
  }));
  await server.database.query(
    `insert into harbor_accounts (user_id, created_at, updated_at, "user", password)
     select id, now(), now(), '${HARBOR_ADMIN.user}', password from jsonb_to_recordset($1) w (id int, password text)`,
    [JSON.stringify(accounts)],
  );
}

/** What happens in the scenes of all callers, one after the other; `hasChanged` tells what may have changed the next one's. */
export async function inTurn<T>(
  server: TestServer,
  tenants: Tenants,
  act: (scene: Scene) => Promise<T>,
  hasChanged: (outcome: T) => boolean,
): Promise<T[]> {
  const outcomes: T[] = [];
  for (const scene of await createScenes(server, tenants, CALLERS)) {
    await placeObjects(server, tenants);
    const outcome = await act(scene);
    outcomes.push(outcome);
    if (hasChanged(outcome)) whole.delete(server);
  }
  return outcomes;
}

/** A caller and an object that no other call has changed. */
export async function createScene(server: TestServer, tenants: Tenants, kind: CallerKind): Promise<Scene> {
  const [scene] = await createScenes(server, tenants, [kind]);
  if (!scene) throw new Error('a scene is needed');
  await placeObjects(server, tenants);
  // Whoever has it may change them.
  whole.delete(server);
  return scene;
}
