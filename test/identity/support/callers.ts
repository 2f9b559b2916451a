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

/** A platform that every call finds. */
export const PLATFORM = '0b7b1e2c-5d1f-4c1e-9a51-6f1f1f0a7a01';

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
    `insert into platforms (id, created_at, updated_at, name, kind, protocol, host, port)
     values ($1, now(), now(), 'somewhere', 'GENERIC', 'http', '127.0.0.1', 1) on conflict do nothing`,
    [PLATFORM],
  );
  const member = await insertUser(server, { businessId: own.id });
  return { business: own, member, caller, token: kind === 'none' ? undefined : caller.token };
}
