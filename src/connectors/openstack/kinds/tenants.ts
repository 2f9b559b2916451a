import type { CloudTenant } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { isStatus } from '../failures.js';
import { allOf } from '../pages.js';
import { domains } from '../resources/identity.js';

/** Names alone, which an account that reads projects need not be allowed to read. */
async function domainNames({ connection }: Cloud): Promise<Map<string, string>> {
  try {
    return new Map((await allOf(connection, domains)).map(({ id, name }) => [id, name]));
  } catch (error) {
    if (isStatus(error, 403)) return new Map();
    throw error;
  }
}

export async function* readTenants(cloud: Cloud): AsyncGenerator<CloudTenant[]> {
  const [projects, names] = await Promise.all([cloud.projects(), domainNames(cloud)]);
  yield projects.map(({ id, name, domain_id: domainId, description, enabled }) => ({
    id,
    name,
    domainId: domainId ?? '',
    domainName: names.get(domainId ?? '') ?? null,
    description,
    isEnabled: enabled,
  }));
}
