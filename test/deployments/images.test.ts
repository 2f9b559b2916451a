import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../edge/support/world.js';
import { FakeHarbor, HARBOR_ADMIN } from '../support/harbor/server.js';
import { ote, uniqueName } from '../support/people.js';
import { type World, become, deploy, newApp, newClusters, ownerOf, startWorld } from './support/world.js';

let harbor: FakeHarbor;
let world: World;
beforeAll(async () => {
  harbor = await FakeHarbor.start();
  world = await startWorld({ HARBOR_URL: harbor.url });
});
afterAll(async () => {
  await world.server.stop();
  await harbor.close();
});

test('the account of an external repository reaches the cluster as a pull secret', async () => {
  const { server, tenant } = world;
  const account = { address: 'registry.example.org', user: 'puller', password: 'Pull-Pass-1' };
  const repositoryId = uniqueName('repo');
  const made = await ote(server, 'POST', '/repository/third', tenant.admin.token, {
    repositoryId,
    ...account,
  });
  expect(made).toMatchObject({ status: 200 });
  const appName = await newApp(world, ['1.0'], { repositoryId });
  const { label, clusters } = await newClusters(world, 1);
  const { id } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  const objects = clusters[0]?.fake.workloads.objectsOf(ownerOf(world, id)) ?? [];
  const secret = objects.find(({ kind }) => kind === 'Secret');
  const data = (secret?.['data'] ?? {}) as Record<string, string>;
  const config = Buffer.from(data['.dockerconfigjson'] ?? '', 'base64').toString();
  expect(JSON.parse(config)).toMatchObject({
    auths: { [account.address]: { username: account.user, password: account.password } },
  });
});

test('a tag that the image repository does not have is warned of, one that it has is not', async () => {
  const { server, tenant } = world;
  const taken = await ote(server, 'POST', '/repository/user', tenant.admin.token, HARBOR_ADMIN);
  expect(taken).toMatchObject({ status: 200 });
  harbor.store.addProject('team', HARBOR_ADMIN.user);
  harbor.store.push('team/web', ['v1']);
  const warningsOf = async (tag: string) => {
    const image = `${new URL(harbor.url).host}/team/web:${tag}`;
    const input = {
      deployName: uniqueName('dep'),
      appName: await newApp(world, ['1.0'], { image }),
      version: '1.0',
      cluster: 'nowhere',
    };
    const { data } = await ask<{ createDeployment: { warnings: string[] } }>(
      server,
      'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { warnings } }',
      { input },
      tenant.admin.token,
    );
    return data?.createDeployment.warnings.map((text) => text.replace(image, 'IMAGE'));
  };
  expect(await warningsOf('v2')).toEqual(['there is no image IMAGE', 'no cluster is chosen yet']);
  expect(await warningsOf('v1')).toEqual(['no cluster is chosen yet']);
});
