import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import {
  type Member,
  type Row,
  SECRET_KEY,
  insertBusiness,
  insertCaller,
  insertUser,
} from './support/world.js';
import {
  ADDRESS,
  CHANGED,
  CREDENTIAL,
  USER_CHANGES,
  type UserChange,
  draft,
  graph,
  lastRequestId,
  rest,
} from './support/changes.js';

const SECRETS = [ADMIN.password, PASSWORD, CHANGED, CREDENTIAL, 'argon2', 'eyJ'];

interface Event {
  actor_id: number | null;
  actor_name: string | null;
  address: string;
  request_id: string;
  action: string;
  object_type: string;
  object_id: string;
  business_id: number | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

const server = useServer(() =>
  startServer({ SECRET_KEY, TRUSTED_PROXIES: '127.0.0.1/32', LOGIN_FAILURES: '1000' }),
);
let business: Row;
let manager: Member;
let chief: Member;
beforeAll(async () => {
  business = await insertBusiness(server, (await insertUser(server)).id);
  manager = await insertCaller(server, { businessId: business.id, isAdmin: true });
  chief = await insertCaller(server, { isSystemAdministrator: true, isAdmin: true });
});

async function allEvents(): Promise<Event[]> {
  const { rows } = await server.database.query('select * from audit_events order by id');
  return rows as unknown as Event[];
}

describe('every change leaves one event', () => {
  let object: Member;
  let known: number;
  beforeEach(async () => {
    object = await insertCaller(server, { businessId: business.id });
    known = (await allEvents()).length;
  });

  const actorOf = ({ by }: UserChange): Member | undefined =>
    ({ nobody: undefined, manager, chief, self: object })[by];

  async function newEvent(): Promise<Event> {
    const events = (await allEvents()).slice(known);
    expect(events).toHaveLength(1);
    const [event] = events;
    if (!event) throw new Error('there is no event');
    expect(event).toMatchObject({ address: ADDRESS, request_id: lastRequestId() });
    return event;
  }

  test.each(Object.entries(USER_CHANGES))('%s', async (_name, row) => {
    const actor = actorOf(row);
    await row.change(object)(server, actor?.token);
    const event = await newEvent();
    expect(event).toMatchObject({
      actor_id: actor?.id ?? null,
      actor_name: actor?.name ?? null,
      action: row.action,
      object_type: 'User',
    });
    if (row.before === null) expect(event.before).toBeNull();
    else expect(event.before).toMatchObject(row.before ?? {});
    if (row.after === null) expect(event.after).toBeNull();
    else expect(event.after).toMatchObject(row.after ?? {});
    if (row.action !== 'user.create')
      expect(event).toMatchObject({ object_id: String(object.id), business_id: business.id });
    if (row.action === 'user.audit') expect([event.before, event.after]).toEqual([row.before, row.after]);
  });

  test.each(['ote', 'graph'])('%s: a business is created, turned down and approved', async (door) => {
    const creator = await insertCaller(server, { isAdmin: true });
    const texts = { name: uniqueName('audited'), introduce: 'i', objective: 'o', scale: 's' };
    const create =
      door === 'ote'
        ? rest('POST', '/v1/business', texts)
        : graph('createBusiness', 'CreateBusinessInput', 'business { id }', texts);
    await create(server, creator.token);
    const created = await newEvent();
    const id = Number(created.object_id);
    expect(created).toMatchObject({
      action: 'business.create',
      object_type: 'Business',
      actor_id: creator.id,
      business_id: id,
      before: null,
    });
    expect(created.after).toEqual({ ...texts, comment: '', status: 'PENDING', userId: creator.id });

    for (const [number, status, was] of [
      [2, 'DISAPPROVED', 'PENDING'],
      [1, 'APPROVED', 'DISAPPROVED'],
    ] as const) {
      known += 1;
      const comment = `is ${status}`;
      const audit =
        door === 'ote'
          ? rest('PUT', `/v1/business/id/${id}`, { status: number, comment })
          : graph('auditBusiness', 'AuditBusinessInput', 'business { id }', { id, status, comment });
      await audit(server, chief.token);
      const event = await newEvent();
      expect(event).toMatchObject({
        action: 'business.audit',
        actor_id: chief.id,
        object_id: String(id),
        business_id: id,
      });
      expect(event.after).toEqual({ status, comment });
      expect(event.before).toMatchObject({ status: was });
    }
  });

  test.each(['000', 'graph'])(
    '%s: a platform is registered, changed and deleted, its credentials untold',
    async (door) => {
      const routes = '/sys/transmit/v1/routes';
      const texts = { name: 'somewhere', host: '192.0.2.1' };
      const credentials = { password: CREDENTIAL };
      const register =
        door === '000'
          ? rest('POST', routes, { ...texts, protocol: 'https', port: '8443' })
          : graph('registerPlatform', 'RegisterPlatformInput', 'platform { id }', {
              ...texts,
              protocol: 'HTTPS',
              port: 8443,
              credentials,
            });
      await register(server, chief.token);
      const registered = await newEvent();
      const id = registered.object_id;
      expect(registered).toMatchObject({
        action: 'platform.registered',
        object_type: 'Platform',
        actor_id: chief.id,
        business_id: null,
        before: null,
      });
      expect(registered.after).toMatchObject({
        ...texts,
        protocol: 'https',
        port: 8443,
        hasCredentials: door === 'graph',
      });

      known += 1;
      const rename =
        door === '000'
          ? rest('PUT', `${routes}/${id}`, { name: 'elsewhere' })
          : graph('updatePlatform', 'UpdatePlatformInput', 'platform { id }', {
              id,
              name: 'elsewhere',
              credentials: null,
            });
      await rename(server, chief.token);
      const renamed = await newEvent();
      const secret = (known: boolean) => (door === 'graph' ? { hasCredentials: known } : {});
      expect(renamed).toMatchObject({ action: 'platform.updated', actor_id: chief.id });
      expect(renamed.before).toEqual({ name: 'somewhere', ...secret(true) });
      expect(renamed.after).toEqual({ name: 'elsewhere', ...secret(false) });

      known += 1;
      const give = (name: string) =>
        graph('updatePlatform', 'UpdatePlatformInput', 'platform { id }', {
          id,
          credentials: { name },
        })(server, chief.token);
      await give('first');
      expect((await newEvent()).after).toEqual({ hasCredentials: true });
      known += 1;
      await give('second');
      expect((await newEvent()).after).toEqual({ secretReplaced: true });

      known += 1;
      const remove =
        door === '000'
          ? rest('DELETE', `${routes}/${id}`)
          : graph('deletePlatform', 'DeletePlatformInput', 'platform { id }', { id });
      await remove(server, chief.token);
      expect(await newEvent()).toMatchObject({
        action: 'platform.deleted',
        object_id: id,
        before: { name: 'elsewhere' },
        after: null,
      });
    },
  );

  test('a trusted caller without a token is nobody', async () => {
    const body = { name: 'trusted', protocol: 'http', host: '192.0.2.1', port: '' };
    const response = await send(`${server.url}/sys/transmit/v1/routes`, { method: 'POST', body });
    expect(response.status).toBe(200);
    const events = (await allEvents()).slice(known);
    expect(events).toMatchObject([
      { actor_id: null, actor_name: null, address: '127.0.0.1', action: 'platform.registered' },
    ]);
  });

  test('deleting who waits for a business closes the business, which is an event of its own', async () => {
    const creator = await insertCaller(server, { isAdmin: true });
    const { id } = await insertBusiness(server, creator.id, 'PENDING');
    await rest('DELETE', `/v1/admin/user/${creator.id}`)(server, chief.token);
    const events = (await allEvents()).slice(known);
    expect(events).toHaveLength(2);
    expect(events).toContainEqual(
      expect.objectContaining({ action: 'user.delete', object_id: String(creator.id) }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        action: 'business.delete',
        object_id: String(id),
        business_id: id,
        actor_id: chief.id,
        before: { status: 'PENDING' },
        after: { status: 'DELETED' },
      }),
    );
  });

  test('what fails leaves none', async () => {
    const refusals: [string, string, string | undefined, object | undefined, number][] = [
      ['POST', '/user', undefined, { ...draft(), user: manager.name }, 409],
      ['POST', '/user', undefined, { ...draft(), phone: 'x' }, 422],
      ['POST', '/admin/user', undefined, draft(), 401],
      ['POST', '/admin/user', object.token, draft(), 403],
      ['DELETE', `/admin/user/${manager.id}`, manager.token, undefined, 409],
      ['DELETE', '/admin/user/999999999', chief.token, undefined, 404],
      ['PUT', `/admin/user/${chief.id}/password`, manager.token, { password: CHANGED }, 404],
      ['PUT', '/user', object.token, { oldPassword: 'wrong', password: CHANGED }, 422],
      ['POST', '/business', manager.token, { name: 'n', introduce: '', objective: '', scale: '' }, 409],
      ['PUT', `/business/id/${business.id}`, chief.token, { status: 2, comment: '' }, 409],
    ];
    for (const [method, path, token, body, status] of refusals) {
      expect((await ote(server, method, path, token, body)).status).toBe(status);
    }
    const unknown = '00000000-0000-4000-8000-000000000000';
    const platform = await send(`${server.url}/sys/transmit/v1/routes/${unknown}`, { method: 'DELETE' });
    expect(platform.status).toBe(400);
    expect((await allEvents()).slice(known)).toEqual([]);
  });
});

describe('reading the trail', () => {
  interface Answer {
    auditEvents: {
      totalCount: number;
      nodes: { actorName: string | null; action: string; createdAt: string; objectId: string }[];
    };
  }
  const DOCUMENT = `query ($filter: AuditEventFilter, $orderBy: [AuditEventOrder!]) {
    auditEvents(first: 200, filter: $filter, orderBy: $orderBy) { totalCount nodes { id createdAt actorId actorName address requestId action objectType objectId before after } }
  }`;
  const read = async (token: string, filter: object = {}, orderBy?: object[]) => {
    const { data, errors } = await query<Answer>(server.url, DOCUMENT, {
      token,
      variables: { filter, orderBy },
    });
    expect(errors).toEqual([]);
    return data?.auditEvents ?? { totalCount: 0, nodes: [] };
  };

  test('a business administrator reads its own, a system administrator all', async () => {
    const events = await allEvents();
    const ofBusiness = events.filter(({ business_id }) => business_id === business.id);
    expect(ofBusiness.length).toBeGreaterThan(3);
    expect((await read(manager.token)).totalCount).toBe(ofBusiness.length);
    expect((await read(chief.token)).totalCount).toBe(events.length);
    const stranger = await insertBusiness(server, (await insertUser(server)).id);
    const other = await insertCaller(server, { businessId: stranger.id, isAdmin: true });
    expect(await read(other.token)).toEqual({ totalCount: 0, nodes: [] });
  });

  test('the newest first, by action, by time, by object', async () => {
    const all = await read(chief.token);
    const times = all.nodes.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const resets = await read(chief.token, { action: { eq: 'user.resetPassword' } });
    expect(new Set(resets.nodes.map(({ action }) => action))).toEqual(new Set(['user.resetPassword']));
    const middle = times[Math.floor(times.length / 2)] ?? '';
    const since = await read(chief.token, { createdAt: { gte: middle } });
    const before = await read(chief.token, { createdAt: { lt: middle } });
    expect(since.totalCount + before.totalCount).toBe(all.totalCount);
    expect(since.nodes.every(({ createdAt }) => createdAt >= middle)).toBe(true);
    const [first] = resets.nodes;
    const ofObject = await read(chief.token, {
      objectType: { eq: 'User' },
      objectId: { eq: first?.objectId },
    });
    expect(ofObject.totalCount).toBe(1);
    const byAction = await read(chief.token, {}, [{ field: 'ACTION', direction: 'ASC' }]);
    const actions = byAction.nodes.map(({ action }) => action);
    expect(actions).toEqual(actions.toSorted());
  });

  test('others do not read it', async () => {
    const general = await insertCaller(server, { businessId: business.id });
    const waiting = await insertCaller(server, { businessId: business.id, isAdmin: true, status: 'PENDING' });
    for (const { token } of [general, waiting]) {
      const { errors } = await query(server.url, DOCUMENT, { token });
      expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  test('no password, hash or credential is in it, nor in the log', async () => {
    const { rows } = await server.database.query('select e::text as line from audit_events e');
    expect(rows.length).toBeGreaterThan(20);
    const text = JSON.stringify(rows);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    for (const secret of SECRETS) expect(server.log()).not.toContain(secret);
  });
});
