import type { TestServer } from '../../support/server.js';
import { type Member, type Row, insertBusiness, insertCaller, insertUser } from './world.js';

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

async function insertClusterAnew({ database }: TestServer): Promise<void> {
  const { id, name, node, nodeId } = CLUSTER;
  await database.query(
    `insert into clusters (id, created_at, updated_at, name, uid, kubeconfig, version, was_ready, watcher, watched_until)
     values ($1, now(), now(), $2, $2, '', 'v1.31.0', false, gen_random_uuid(), now() + interval '1 day') on conflict do nothing`,
    [id, name],
  );
  await database.query(
    `insert into nodes (id, cluster_id, uid, name, kubernetes_labels, is_ready, is_schedulable, operating_system, os_image,
       architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu, allocatable_memory,
       created_at, hash)
     values ($1, $2, 'u', $3, '{}', true, true, 'linux', 'o', 'a', 'k', 'v', 1, 1, 1, 0, 1, 1, now(), '') on conflict do nothing`,
    [nodeId, id, node],
  );
}

/** A caller and an object that no other call has changed. */
export async function createScene(
  server: TestServer,
  { own, foreign }: Tenants,
  kind: CallerKind,
): Promise<Scene> {
  const values = {
    none: {},
    pending: { status: 'PENDING', businessId: own.id, isAdmin: true },
    'without business': { isAdmin: true },
    'general user': { businessId: own.id },
    administrator: { businessId: own.id, isAdmin: true },
    'foreign administrator': { businessId: foreign.id, isAdmin: true },
    'system administrator': { isSystemAdministrator: true, isAdmin: true },
  } as const;
  const caller = await insertCaller(server, values[kind]);
  await server.database.query(
    `insert into platforms (id, created_at, updated_at, name, kind, protocol, host, port, business_id)
     select id::uuid, now(), now(), 'somewhere', 'GENERIC', 'http', '127.0.0.1', 1, business_id
     from (values ($1, $2::int), ($3, null)) as given (id, business_id) on conflict do nothing`,
    [PLATFORM, own.id, FREE_PLATFORM],
  );
  await insertClusterAnew(server);
  const member = await insertUser(server, { businessId: own.id });
  return { business: own, member, caller, token: kind === 'none' ? undefined : caller.token };
}
