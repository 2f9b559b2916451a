import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { CombinedGraphQLErrors } from '@apollo/client';
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
  const { data } = await client.mutate({ mutation: REGISTER, variables: { input } });
  return data?.registerPlatform.platform.id ?? '';
};

// Log-in.
await rejects(frontend.logIn(admin, 'wrong'), (error) => nobodyReasonOf(error) === 'WRONG_PASSWORD');
await frontend.logIn(admin, password);
equal((await client.query({ query: VIEWER })).data?.viewer?.roleName, 'SYSTEM_ADMINISTRATOR');

// A list with pages, in one list of the cache.
const names = ['a', 'b', 'c', 'd', 'e'];
const [id = ''] = await Promise.all(names.map(register));
const list = client.watchQuery({ query: PLATFORMS, variables: { first: 2 } });
const following = list.subscribe(() => undefined);
let page = (await client.query({ query: PLATFORMS, variables: { first: 2 } })).data?.platforms.pageInfo;
while (page?.hasNextPage) {
  const { data } = await list.fetchMore({ variables: { after: page.endCursor } });
  page = data?.platforms.pageInfo;
}
const whole = client.readQuery({ query: PLATFORMS, variables: { first: 2 } });
deepEqual(
  whole?.platforms.edges.map(({ node }) => node.name),
  names,
);
following.unsubscribe();
await client.query({ query: MEMORY, variables: { atLeast: '9007199254740993' } });

// A partial failure: what may be seen is seen, and what not is told.
await frontend.logIn(user, userPassword);
const glimpse = await client.query({ query: GLIMPSE, variables: { id }, errorPolicy: 'all' });
deepEqual([glimpse.data?.viewer?.name, glimpse.data?.platform], [user, null]);
ok(CombinedGraphQLErrors.is(glimpse.error));
deepEqual(
  glimpse.error.errors.map(({ path, extensions }) => [path, extensions?.['code']]),
  [[['platform'], 'FORBIDDEN']],
);

// A subscription that survives its token, more than once, and the renewal of what is asked meanwhile.
await frontend.logIn(admin, password);
const heard: string[] = [];
const changes = client.subscribe({ query: PLATFORM_CHANGED }).subscribe({
  next: ({ data }) => heard.push(data?.platformChanged.name ?? ''),
  error: (error: unknown) => {
    throw error;
  },
});
const before = frontend.renewals;
while (frontend.renewals < before + 3) {
  await delay(PAUSE);
  const { data } = await client.query({ query: VIEWER, fetchPolicy: 'network-only' });
  equal(data?.viewer?.name, admin);
}
heard.length = 0;
while (!heard.includes('heard')) {
  await register('heard');
  await delay(PAUSE);
}
changes.unsubscribe();
await frontend.close();
