import type { z } from 'zod';
import type { CloudHost } from '../../../domains/datacenters/cloud.port.js';
import { inBatches } from '../batches.js';
import type { Cloud } from '../cloud.js';
import { allOf } from '../pages.js';
import { hypervisors, services } from '../resources/compute.js';
import { type HostFigures, figuresFromPlacement } from './hostFigures.js';

type Hypervisor = z.output<typeof hypervisors.item>;
type Service = z.output<typeof services.item>;

const NONE: HostFigures = { vcpus: 0, memoryMb: 0, diskGb: 0, usedVcpus: 0, usedMemoryMb: 0, usedDiskGb: 0 };

function figuresOf(hypervisor: Hypervisor): HostFigures | undefined {
  const { vcpus, memory_mb: memoryMb, local_gb: diskGb } = hypervisor;
  if (vcpus === null || memoryMb === null || diskGb === null) return undefined;
  return {
    vcpus,
    memoryMb,
    diskGb,
    usedVcpus: hypervisor.vcpus_used ?? 0,
    usedMemoryMb: hypervisor.memory_mb_used ?? 0,
    usedDiskGb: hypervisor.local_gb_used ?? 0,
  };
}

const sum = (all: readonly HostFigures[]): HostFigures =>
  all.reduce(
    (total, each) => ({
      vcpus: total.vcpus + each.vcpus,
      memoryMb: total.memoryMb + each.memoryMb,
      diskGb: total.diskGb + each.diskGb,
      usedVcpus: total.usedVcpus + each.usedVcpus,
      usedMemoryMb: total.usedMemoryMb + each.usedMemoryMb,
      usedDiskGb: total.usedDiskGb + each.usedDiskGb,
    }),
    NONE,
  );

/** By Nova where it tells them, else by Placement, whose providers are named as hypervisors are. */
async function figuresOfHost(cloud: Cloud, host: string, own: readonly Hypervisor[]): Promise<HostFigures> {
  const names = own.length > 0 ? own : [{ hypervisor_hostname: host }];
  const all = await Promise.all(
    names.map(async (each) => {
      const told = 'id' in each ? figuresOf(each) : undefined;
      return told ?? (await figuresFromPlacement(cloud, each.hypervisor_hostname || host)) ?? NONE;
    }),
  );
  return sum(all);
}

async function toHost(cloud: Cloud, service: Service, own: readonly Hypervisor[]): Promise<CloudHost> {
  return {
    id: service.id,
    name: service.host,
    zone: service.zone,
    isUp: service.state === 'up',
    isEnabled: service.status === 'enabled',
    disabledReason: service.disabled_reason,
    updatedAt: service.updated_at,
    address: own.find(({ host_ip: address }) => address !== null)?.host_ip ?? null,
    hypervisorType: own[0]?.hypervisor_type ?? null,
    ...(await figuresOfHost(cloud, service.host, own)),
  };
}

/** The nova-compute services; conductors and the like are none. */
export async function* readHosts(cloud: Cloud): AsyncGenerator<CloudHost[]> {
  const { connection } = cloud;
  const [all, machines] = await Promise.all([allOf(connection, services), allOf(connection, hypervisors)]);
  const byHost = Map.groupBy(machines, ({ service }) => service.host);
  const computes = all.filter(({ binary }) => binary === 'nova-compute');
  yield* inBatches(computes, (service) => toHost(cloud, service, byHost.get(service.host) ?? []));
}
