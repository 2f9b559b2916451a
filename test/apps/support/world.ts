import { type Tenant, ote } from '../../support/people.js';
import type { TestServer } from '../../support/server.js';

/** A Harbor by its name alone. */
export const HARBOR = { HARBOR_URL: 'https://harbor.example.org' };

/** The external repository `repo1` of the tenant. */
export async function newRepository(server: TestServer, { admin }: Pick<Tenant, 'admin'>): Promise<void> {
  const repository = {
    repositoryId: 'repo1',
    address: 'registry.example.org',
    user: 'user1',
    password: 'password1',
  };
  const created = await ote(server, 'POST', '/repository/third', admin.token, repository);
  if (created.status !== 200) throw new Error(created.message);
}

/** An application that all doors accept. */
export const APP = {
  appName: 'nginx1',
  deployType: 'deployment',
  image: 'nginx:latest',
  version: '1.2',
  port: [{ port: 8080, hostPort: 9090 }],
  minCPU: 10,
  maxCPU: 200,
  isHPA: false,
  targetCPUUtilization: 100,
  targetMemUtilization: 150,
  minMemory: 100,
  maxMemory: 200,
  maxUnavailable: 1,
  maxSurge: 1,
  minReadySeconds: 10,
};

/** The id of a new application of the tenant. */
export async function newApp(
  server: TestServer,
  { id, admin }: Tenant,
  values: object = {},
): Promise<number> {
  const created = await ote(server, 'POST', '/app', admin.token, { ...APP, ...values });
  if (created.status !== 200) throw new Error(created.message);
  const { rows } = await server.database.query('select max(id) as id from apps where business_id = $1', [id]);
  return Number(rows[0]?.['id']);
}
