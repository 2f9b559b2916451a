import type { Images } from '../../../src/domains/apps/index.js';
import { type Tenant, ote } from '../../support/people.js';
import type { TestServer } from '../../support/server.js';

/** Where images are, as far as applications ask. */
export const IMAGES: Images = {
  hasRepository: async (_em, _businessId, repositoryId) => repositoryId === 'repo1',
  projectNameOf: (image) => (image.startsWith('harbor.example.org/') ? (image.split('/')[1] ?? '') : ''),
};

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
