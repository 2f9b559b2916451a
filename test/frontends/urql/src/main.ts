import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Frontend, nobodyReasonOf } from './client.js';
import { GLIMPSE, MEMORY, PLATFORMS, PLATFORM_CHANGED, REGISTER, VIEWER } from './documents.js';

const { URL: url = '', ADMIN: admin = '', ADMIN_PASSWORD: password = '' } = process.env;
const { USER: user = '', USER_PASSWORD: userPassword = '' } = process.env;

/** Milliseconds between two looks. */
const PAUSE = 100;

const frontend = new Frontend(url);
const { client } = frontend;

const register = async (name: string) => {
  const input = { name, protocol: 'HTTP', host: 'example.org' } as const;
  const { data, error } = await client.mutation(REGISTER, { input }).toPromise();
  equal(error, undefined);
  return data?.registerPlatform.platform.id ?? '';
};

// Log-in.
equal(nobodyReasonOf(await frontend.logIn(admin, 'wrong')), 'WRONG_PASSWORD');
equal(await frontend.logIn(admin, password), undefined);
equal((await client.query(VIEWER, {}).toPromise()).data?.viewer?.roleName, 'SYSTEM_ADMINISTRATOR');

// A list with pages.
const names = ['a', 'b', 'c', 'd', 'e'];
const [id = ''] = await Promise.all(names.map(register));
const found: string[] = [];
let after: string | null | undefined;
do {
  const { data } = await client.query(PLATFORMS, { first: 2, after }).toPromise();
  found.push(...(data?.platforms.edges.map(({ node }) => node.name) ?? []));
  after = data?.platforms.pageInfo.hasNextPage ? data.platforms.pageInfo.endCursor : undefined;
} while (after);
deepEqual(found, names);
equal((await client.query(MEMORY, { atLeast: '9007199254740993' }).toPromise()).error, undefined);

// A partial failure: what may be seen is seen, and what not is told.
await frontend.logIn(user, userPassword);
const glimpse = await client.query(GLIMPSE, { id }).toPromise();
deepEqual([glimpse.data?.viewer?.name, glimpse.data?.platform], [user, null]);
deepEqual(
  glimpse.error?.graphQLErrors.map(({ path, extensions }) => [path, extensions['code']]),
  [[['platform'], 'FORBIDDEN']],
);

// A subscription that survives its token, more than once, and the renewal of what is asked meanwhile.
await frontend.logIn(admin, password);
const heard: string[] = [];
const stop = frontend.follow(PLATFORM_CHANGED, ({ platformChanged }) => heard.push(platformChanged.name));
const before = frontend.renewals;
while (frontend.renewals < before + 3) {
  await delay(PAUSE);
  const { data } = await client.query(VIEWER, {}, { requestPolicy: 'network-only' }).toPromise();
  equal(data?.viewer?.name, admin);
}
heard.length = 0;
while (!heard.includes('heard')) {
  await register('heard');
  await delay(PAUSE);
}
stop();
ok(frontend.renewals > 0);
