import { deepEqual, equal } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type OperationType,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getSingularSelector,
  requestSubscription,
} from 'relay-runtime';
import { Frontend } from './frontend';
import Changed, { type AppChangedSubscription } from './gql/AppChangedSubscription.graphql';
import Glimpse, { type AppGlimpseQuery } from './gql/AppGlimpseQuery.graphql';
import NodeFragment, { type AppNode$data } from './gql/AppNode.graphql';
import NodeRefetch, { type AppNodeRefetchQuery } from './gql/AppNodeRefetchQuery.graphql';
import PagesFragment, { type AppPages$data } from './gql/AppPages.graphql';
import Pages, { type AppPagesQuery } from './gql/AppPagesQuery.graphql';
import Page, { type AppQuery } from './gql/AppQuery.graphql';
import Register, { type AppRegisterMutation } from './gql/AppRegisterMutation.graphql';
import UserFragment, { type AppUser$data } from './gql/AppUser.graphql';

const { URL: url = '', ADMIN: admin = '', ADMIN_PASSWORD: password = '' } = process.env;
const { USER: user = '', USER_PASSWORD: userPassword = '' } = process.env;

/** Milliseconds between two looks. */
const PAUSE = 100;

async function main(): Promise<void> {
  const frontend = new Frontend(url);
  const { environment } = frontend;

  const ask = async <T extends OperationType>(
    query: Parameters<typeof fetchQuery<T>>[1],
    variables: T['variables'],
  ): Promise<T['response'] | undefined> =>
    fetchQuery<T>(environment, query, variables, { fetchPolicy: 'network-only' }).toPromise();
  /** A fragment as the store has it. */
  const read = <T>(fragment: Parameters<typeof getSingularSelector>[0], of: unknown): T => {
    const selector = getSingularSelector(fragment, of as Parameters<typeof getSingularSelector>[1]);
    if (selector?.kind !== 'SingularReaderSelector') throw new Error('nothing is selected');
    return environment.lookup(selector).data as T;
  };
  const register = async (name: string): Promise<string> =>
    new Promise((resolve, reject) => {
      commitMutation<AppRegisterMutation>(environment, {
        mutation: Register,
        variables: { input: { name, protocol: 'HTTP', host: 'example.org' } },
        onCompleted: ({ registerPlatform }) => resolve(registerPlatform.platform.id),
        onError: reject,
      });
    });

  // Log-in.
  equal(await frontend.logIn(admin, 'wrong'), 'WRONG_PASSWORD');
  equal(await frontend.logIn(admin, password), undefined);

  // Objects of three types with one id: each keeps its own name in the store.
  const names = ['a', 'b', 'c', 'd', 'e'];
  const [id = ''] = await Promise.all(names.map(register));
  const page = await ask<AppQuery>(Page, { first: 2 });
  environment.retain(createOperationDescriptor(Page, { first: 2 }));
  const seen = (of: unknown) => read<AppNode$data>(NodeFragment, of);
  const viewer = read<AppUser$data>(UserFragment, page?.viewer);
  const [cluster] = page?.clusters.nodes ?? [];
  const [node] = page?.clusterNodes.nodes ?? [];
  deepEqual([viewer.name, viewer.roleName], [admin, 'SYSTEM_ADMINISTRATOR']);
  deepEqual([cluster?.name, seen(node).name], ['edge-1', 'node-1']);
  equal(new Set([viewer.id, cluster?.id, seen(node).id]).size, 1);

  // A fragment that fetches itself again, by the key of its object.
  const source = environment.getStore().getSource();
  const nodeId = source.getRecordIDs().find((key) => source.get(key)?.['name'] === 'node-1') ?? '';
  const again = await ask<AppNodeRefetchQuery>(NodeRefetch, { nodeId });
  equal(seen(again?.node).name, 'node-1');

  // A list with pages, in one connection of the store.
  const pages = (of: unknown) => read<AppPages$data>(PagesFragment, of).platforms.edges;
  while (pages(page).length < names.length) {
    const root = source.get(
      'client:root:__AppPages_platforms_connection(orderBy:[{"direction":"ASC","field":"NAME"}])',
    );
    const info = source.get(String((root?.['pageInfo'] as { __ref?: string } | undefined)?.__ref));
    const before = pages(page).length;
    await ask<AppPagesQuery>(Pages, { first: 2, after: String(info?.['endCursor']) });
    equal(pages(page).length > before, true);
  }
  deepEqual(
    pages(page).map((edge) => edge.node.name),
    names,
  );

  // A partial failure: what may be seen is seen, and what not is told.
  equal(await frontend.logIn(user, userPassword), undefined);
  const glimpse = await ask<AppGlimpseQuery>(Glimpse, { id });
  deepEqual([glimpse?.viewer?.name, glimpse?.platform], [user, null]);
  deepEqual(
    frontend.failures.map(({ path, extensions }) => [path, extensions?.['code']]),
    [[['platform'], 'FORBIDDEN']],
  );

  // A subscription that survives its token, more than once, and the renewal of what is asked meanwhile.
  equal(await frontend.logIn(admin, password), undefined);
  const heard: string[] = [];
  const following = requestSubscription<AppChangedSubscription>(environment, {
    subscription: Changed,
    variables: {},
    onNext: (change) => void heard.push(change?.platformChanged.name ?? ''),
    onError: (error) => {
      throw error;
    },
  });
  const before = frontend.renewals;
  while (frontend.renewals < before + 3) {
    await delay(PAUSE);
    const answer = await ask<AppQuery>(Page, { first: 2 });
    equal(read<AppUser$data>(UserFragment, answer?.viewer).name, admin);
  }
  heard.length = 0;
  while (!heard.includes('heard')) {
    await register('heard');
    await delay(PAUSE);
  }
  following.dispose();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
