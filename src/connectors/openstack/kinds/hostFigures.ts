import type { CloudHost } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { isStatus } from '../failures.js';
import { allOf } from '../pages.js';
import { inventoriesSchema, providersNamed, usagesSchema } from '../resources/placement.js';

export type HostFigures = Pick<
  CloudHost,
  'vcpus' | 'memoryMb' | 'diskGb' | 'usedVcpus' | 'usedMemoryMb' | 'usedDiskGb'
>;

/** What Placement knows of a host: a provider's inventory, and of it what is reserved or used. */
async function figuresOf({ connection }: Cloud, provider: string): Promise<HostFigures> {
  const path = `resource_providers/${encodeURIComponent(provider)}`;
  const ask = { service: 'Placement', right: 'placement:resource_providers:show' } as const;
  const [{ inventories }, { usages }] = await Promise.all([
    connection.get({ ...ask, path: `${path}/inventories` }, inventoriesSchema),
    connection.get({ ...ask, path: `${path}/usages` }, usagesSchema),
  ]);
  const total = (...classes: string[]) =>
    classes.reduce((sum, name) => sum + (inventories[name]?.total ?? 0), 0);
  const used = (...classes: string[]) =>
    classes.reduce((sum, name) => sum + (inventories[name]?.reserved ?? 0) + (usages[name] ?? 0), 0);
  return {
    vcpus: total('VCPU', 'PCPU'),
    memoryMb: total('MEMORY_MB'),
    diskGb: total('DISK_GB'),
    usedVcpus: used('VCPU', 'PCPU'),
    usedMemoryMb: used('MEMORY_MB'),
    usedDiskGb: used('DISK_GB'),
  };
}

/** Undefined where Placement is missing, does not tell, or does not know the host. */
export async function figuresFromPlacement(cloud: Cloud, host: string): Promise<HostFigures | undefined> {
  if (!cloud.has('Placement') || host === '') return undefined;
  try {
    const [provider] = await allOf(cloud.connection, providersNamed(host));
    return provider && (await figuresOf(cloud, provider.id));
  } catch (error) {
    if (isStatus(error, 403, 404)) return undefined;
    throw error;
  }
}
