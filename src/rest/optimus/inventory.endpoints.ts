import { z } from 'zod';
import type { DataCenters, QuotaFigure } from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Status, Success, oneOf } from './common.wire.js';
import {
  Cid,
  DataCenterId,
  Figure,
  ItemId,
  cloudIdOf,
  enablingOf,
  figureToWire,
  stateOf,
} from './inventory.wire.js';

const tag = 'Inventory';

const Named = z.object({ id: z.string(), name: z.string() });

const Infrastructure = z.object({
  host_info: z.object({ down: z.int(), total: z.int(), up: z.int() }),
  tenant_info: z.array(
    z.object({
      core_used: z.int(),
      id: z.string(),
      name: z.string(),
      ram_used: z.int().meta({ description: 'MB' }),
    }),
  ),
  total_memory: z.int().meta({ description: 'MB of all hosts, up or down' }),
  total_storage: z.int().meta({ description: 'GB of local disk of all hosts' }),
  total_vcpus: z.int(),
  used_memory: z.int().meta({ description: 'MB, with what hosts keep for themselves' }),
  used_storage: z.int().meta({ description: 'GB' }),
  used_vcpus: z.int(),
  volume_info: z.array(Named).meta({ description: 'Every volume, by name, then id' }),
});

const Resource = z.object({
  total_cpu: z.int(),
  total_ram: z.int().meta({ description: 'MB' }),
  total_rom: z.int().meta({ description: 'GB of local disk' }),
  used_cpu: z.int(),
  used_ram: z.int().meta({ description: 'MB' }),
  used_rom: z.int().meta({ description: 'GB' }),
});

const Service = z.object({
  availability_zone: z.string(),
  cid: z.string(),
  host: z.string(),
  id: z.string(),
  state: oneOf(['up', 'down']),
  status: oneOf(['enabled', 'disabled']),
});

const Share = Figure.extend({
  total: z.int().meta({ description: 'What the data center has' }),
  other: z.int().meta({ description: 'What other tenants use and hosts keep back' }),
  availability: z.int().meta({ description: 'What nobody uses' }),
});

const NO_FIGURE: QuotaFigure = { inUse: 0, limit: 0 };
const NO_VOLUMES = [{ name: 'default', inUse: 0, limit: 0 }];

/** A tenant's part in what the data center has. */
const shareOf = (figure: QuotaFigure, total: number, used: number): z.input<typeof Share> => ({
  ...figureToWire(figure),
  total,
  other: Math.max(0, used - figure.inUse),
  availability: Math.max(0, total - used),
});

/** 003, chapter 3: what a data center has and uses. */
export function inventoryEndpoints({ summaries }: DataCenters): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'getInfrastructure',
      route: 'GET /infrastructure',
      tag,
      summary: 'API infrastructure',
      description:
        'What the hosts of a data center have and use, its tenants and volumes; zeros where it is offline.',
      access: 'datacenter:read',
      query: z.object({ cid: DataCenterId }),
      reply: z.object({ status: Status, data: Infrastructure, code: Success }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { cid } }, ctx) => {
        const { infrastructure, tenants, volumes } = await summaries.infrastructure(ctx, cid);
        const { down, total, up } = infrastructure.hostInfo;
        return {
          data: {
            host_info: { down, total, up },
            tenant_info: tenants.map(({ tenantId, tenantName, cores, ram }) => ({
              core_used: cores.inUse,
              id: cloudIdOf(tenantId),
              name: tenantName,
              ram_used: ram.inUse,
            })),
            total_memory: infrastructure.totalMemory,
            total_storage: infrastructure.totalStorage,
            total_vcpus: infrastructure.totalVcpus,
            used_memory: infrastructure.usedMemory,
            used_storage: infrastructure.usedStorage,
            used_vcpus: infrastructure.usedVcpus,
            volume_info: volumes.map(({ cloudId, name }) => ({ id: cloudId, name })),
          },
        };
      },
    }),
    endpoint({
      id: 'getHostResources',
      route: 'GET /{cid}/infra_resource/{hid}',
      tag,
      summary: 'API infra_resource',
      description: 'What one host has and uses. A host that is down keeps its last figures.',
      access: 'datacenter:read',
      params: z.object({
        cid: Cid,
        hid: ItemId('The nova-compute service of the host'),
      }),
      reply: z.object({ code: Success, data: Resource, status: Status }),
      errors: ['NOT_FOUND'],
      handle: async ({ params: { cid, hid } }, ctx) => {
        const host = await summaries.host(ctx, cid, hid);
        return {
          data: {
            total_cpu: host.vcpus,
            total_ram: host.memoryMb,
            total_rom: host.diskGb,
            used_cpu: host.usedVcpus,
            used_ram: host.usedMemoryMb,
            used_rom: host.usedDiskGb,
          },
        };
      },
    }),
    endpoint({
      id: 'listNovaServices',
      route: 'GET /{cid}/nova_service/{state}',
      tag,
      summary: 'API nova_service',
      description:
        'The nova-compute services in a state, by the name of the host; another state answers 400.',
      access: 'datacenter:read',
      params: z.object({
        cid: Cid,
        state: oneOf(['up', 'down']).meta({ description: 'Their state', example: 'up' }),
      }),
      reply: z.object({ code: Success, data: z.array(Service), status: Status }),
      errors: ['NOT_FOUND'],
      handle: async ({ params: { cid, state } }, ctx) => {
        const hosts = await summaries.hosts(ctx, cid, state === 'up');
        return {
          data: hosts.map((host) => ({
            availability_zone: host.availabilityZone,
            cid: host.dataCenterId,
            host: host.name,
            id: host.cloudId,
            state: stateOf(host),
            status: enablingOf(host),
          })),
        };
      },
    }),
    endpoint({
      id: 'getTenantQuota',
      route: 'GET /{cid}/{tid}/tenant_quota',
      tag,
      summary: 'API tenant_quota',
      description:
        'What a tenant uses and may. Volumes are in GB: `default` for all types together, then a key for each type; a type of that name is `default (type)`.',
      access: 'datacenter:read',
      params: z.object({ cid: Cid, tid: ItemId('The tenant') }),
      reply: z.object({
        code: Success,
        data: z.object({
          cores: Share,
          ram: Share.meta({ description: 'MB' }),
          volume: z.record(z.string(), Figure),
        }),
        status: Status,
      }),
      errors: ['NOT_FOUND'],
      handle: async ({ params: { cid, tid } }, ctx) => {
        const { quota, infrastructure } = await summaries.tenantUse(ctx, cid, tid);
        const { totalVcpus, usedVcpus, totalMemory, usedMemory } = infrastructure;
        const volumes = quota?.volumes ?? NO_VOLUMES;
        return {
          data: {
            cores: shareOf(quota?.cores ?? NO_FIGURE, totalVcpus, usedVcpus),
            ram: shareOf(quota?.ram ?? NO_FIGURE, totalMemory, usedMemory),
            volume: Object.fromEntries(volumes.map((figure) => [figure.name, figureToWire(figure)])),
          },
        };
      },
    }),
  ];
}
