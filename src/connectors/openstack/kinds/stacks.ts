import type { CloudStack } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { pagesOf } from '../pages.js';
import { servers } from '../resources/compute.js';

/** Those that servers name, in place of Heat's. */
async function* namedByServers(cloud: Cloud): AsyncGenerator<CloudStack[]> {
  const named = new Set<string>();
  for await (const page of pagesOf(cloud.connection, servers)) {
    const ids = page.flatMap(({ metadata: stack }) => (stack !== null && !named.has(stack) ? [stack] : []));
    for (const id of ids) named.add(id);
    yield [...new Set(ids)].map((id) => ({ id, name: id, tenantId: null, status: null }));
  }
}

export async function* readStacks(cloud: Cloud): AsyncGenerator<CloudStack[]> {
  const roots = await cloud.rootStacks();
  if (!roots) {
    yield* namedByServers(cloud);
    return;
  }
  yield roots.map(({ id, stack_name: name, project, stack_status: status }) => ({
    id,
    name,
    tenantId: project,
    status,
  }));
}
