import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { type Member, SECRET_KEY, insertBusiness, insertCaller, insertUser } from './support/world.js';

const DRAFT = { name: 'somewhere', protocol: 'http', host: '192.0.2.1' };

let server: TestServer;
let routes: string;
let owner: Member;
let foreigner: Member;
let chief: Member;

async function newAdministrator(): Promise<Member> {
  const creator = await insertUser(server, { isAdmin: true });
  const { id } = await insertBusiness(server, creator.id);
  return insertCaller(server, { businessId: id, isAdmin: true });
}

beforeAll(async () => {
  server = await startServer({ SECRET_KEY });
  routes = `${server.url}/sys/transmit/v1/routes`;
  [owner, foreigner] = [await newAdministrator(), await newAdministrator()];
  chief = await insertCaller(server, { isSystemAdministrator: true, isAdmin: true });
});
afterAll(() => server.stop());

async function registerByRest(by?: Member): Promise<string> {
  const headers = by ? { 'x-access-token': by.token } : {};
  const response = await send(routes, { method: 'POST', body: DRAFT, headers });
  return ((await response.json()) as { data: { id: string } }).data.id;
}

async function registerByGraph(by: Member): Promise<string> {
  const document = `mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
  const variables = { input: { ...DRAFT, protocol: 'HTTP' } };
  const { data } = await query<{ registerPlatform: { platform: { id: string } } }>(server.url, document, {
    variables,
    token: by.token,
  });
  return data?.registerPlatform.platform.id ?? '';
}

/** The name of the platform's business as the reader sees it. */
async function ownerOf(id: string, reader: Member): Promise<string | null | undefined> {
  const document = `{ platform(id: "${id}") { business { id name } } }`;
  const { data } = await query<{ platform: { business: { id: string } | null } }>(server.url, document, {
    token: reader.token,
  });
  return data?.platform.business && data.platform.business.id;
}

async function businessIdOf({ id }: Member): Promise<string> {
  const { rows } = await server.database.query('select business_id from users where id = $1', [id]);
  return String(rows[0]?.['business_id']);
}

test('a platform belongs to the business of whoever registers it, through either door', async () => {
  const business = await businessIdOf(owner);
  for (const id of [await registerByRest(owner), await registerByGraph(owner)]) {
    expect(await ownerOf(id, owner)).toBe(business);
    expect(await ownerOf(id, chief)).toBe(business);
    // One business is invisible to another.
    expect(await ownerOf(id, foreigner)).toBeNull();
  }
});

test('a platform that is registered without a token, or by nobody’s member, is nobody’s', async () => {
  for (const id of [await registerByRest(), await registerByRest(chief), await registerByGraph(chief)]) {
    expect(await ownerOf(id, chief)).toBeNull();
  }
});

test('all business administrators see every platform', async () => {
  const id = await registerByGraph(owner);
  const { data } = await query<{ platforms: { nodes: { id: string }[] } }>(
    server.url,
    '{ platforms(first: 500) { nodes { id } } }',
    { token: foreigner.token },
  );
  expect(data?.platforms.nodes.map((platform) => platform.id)).toContain(id);
});

test('the owner cannot be chosen or changed', async () => {
  const id = await registerByRest(owner);
  const body = { name: 'renamed', businessId: 1, business_id: 1 };
  await send(`${routes}/${id}`, { method: 'PUT', body });
  expect(await ownerOf(id, chief)).toBe(await businessIdOf(owner));
});

test('a caller from a trusted network changes and deletes every platform, with a token or without', async () => {
  for (const headers of [{}, { 'x-access-token': foreigner.token }, { authorization: foreigner.token }]) {
    const id = await registerByRest(owner);
    const changed = await send(`${routes}/${id}`, { method: 'PUT', body: { name: 'renamed' }, headers });
    expect(changed.status).toBe(200);
    expect((await send(`${routes}/${id}`, { method: 'DELETE', headers })).status).toBe(200);
  }
});

test('a trusted network opens no platform of another business in GraphQL', async () => {
  const id = await registerByGraph(owner);
  for (const [field, input] of [
    ['updatePlatform', { id, name: 'renamed' }],
    ['deletePlatform', { id }],
  ] as const) {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { platform { id } } }`;
    const { errors } = await query(server.url, document, { variables: { input }, token: foreigner.token });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  expect(await ownerOf(id, chief)).toBe(await businessIdOf(owner));
});

test('the trail of a platform is its business’s to read', async () => {
  const id = await registerByGraph(owner);
  const document =
    '{ auditEvents(first: 1, filter: { objectType: { eq: "Platform" } }) { nodes { objectId } } }';
  const read = async ({ token }: Member) =>
    (await query<{ auditEvents: { nodes: { objectId: string }[] } }>(server.url, document, { token })).data
      ?.auditEvents.nodes;
  expect(await read(owner)).toEqual([{ objectId: id }]);
  expect(await read(foreigner)).toEqual([]);
});
