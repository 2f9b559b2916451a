import { randomInt } from 'node:crypto';
import { expect, inject, onTestFinished } from 'vitest';
import { namespaceOf } from '../../src/domains/edge/index.js';
import { deleteNamespace } from '../support/kubernetes/administration.js';
import { type Person, type Tenant, newBusiness, newMember } from '../support/people.js';
import { type TestServer, query } from '../support/server.js';

/** Businesses of an installation that uses the cluster have hardly come so far. */
const FIRST_ID = { least: 1_000_000_000, most: 2_000_000_000 };

export interface World {
  tenant: Tenant;
  /** A general user of it. */
  member: Person;
}

/** The next business has a namespace that neither an earlier run nor another installation has, and that ends with the test. */
export async function reserveNamespace(server: TestServer): Promise<void> {
  const id = randomInt(FIRST_ID.least, FIRST_ID.most);
  await server.database.query("select setval(pg_get_serial_sequence('businesses', 'id'), $1, false)", [id]);
  onTestFinished(() => deleteNamespace(inject('kubeconfig'), namespaceOf(id)));
}

/** The kubeconfig's cluster, and a business in a namespace of its own. */
export async function newWorld(server: TestServer, cluster: string): Promise<World> {
  const registered = await query(
    server.url,
    'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }',
    {
      token: await server.adminToken(),
      variables: { input: { name: cluster, kubeconfig: inject('kubeconfig') } },
    },
  );
  expect(registered.errors).toEqual([]);
  await reserveNamespace(server);
  const tenant = await newBusiness(server);
  return { tenant, member: await newMember(server, tenant) };
}
