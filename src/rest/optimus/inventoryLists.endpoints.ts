import { z } from 'zod';
import type { DataCenters, HostSearch, VirtualMachineSearch } from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { writtenList } from '../kit/pieces.js';
import { Status, Success, oneOf, secondsOf, windowOf } from './common.wire.js';
import {
  DataCenterId,
  FilterText,
  NEEDS_QUERY,
  Order,
  VIRTUAL_MACHINE_TEXT,
  VirtualMachineWire,
  cloudIdOf,
  directionOf,
  enablingOf,
  filterNeedsQuery,
  queryBy,
  stateOf,
  statusOf,
} from './inventory.wire.js';

const tag = 'Inventory';
const LIMIT = 10;

const OfDataCenter = z.object({ dc_id: DataCenterId });

const MACHINES_BY = {
  nova_name: 'name',
  nova_status: 'status',
  nova_host: 'host',
  nova_tenant: 'tenant',
  stack_id: 'stack',
} as const;
const MACHINE_ORDERS = { memory: 'memoryMb', disk: 'diskGb', vcpu: 'vcpus', time: 'createdAt' } as const;

const MachinesQuery = z
  .object({
    dc_id: DataCenterId,
    query: queryBy(['nova_name', 'nova_status', 'nova_host', 'nova_tenant', 'stack_id']),
    filter: FilterText,
    sort: oneOf(['memory', 'disk', 'vcpu', 'time'])
      .default('time')
      .meta({ description: 'What to order by; time is when they were made', example: 'time' }),
    order: Order,
    ...windowOf(LIMIT),
  })
  .refine(filterNeedsQuery, NEEDS_QUERY);

const HOST_ORDERS = { vm_num: 'virtualMachineCount', update_time: 'reportedAt' } as const;

const HostsQuery = z
  .object({
    dc_id: DataCenterId,
    query: queryBy(['host', 'host_aggregate', 'availability_zone', 'state']),
    filter: FilterText,
    sort: oneOf(['vm_num', 'update_time'])
      .default('update_time')
      .meta({ description: 'What to order by; update_time is `update_at`', example: 'vm_num' }),
    order: Order,
    ...windowOf(LIMIT),
  })
  .refine(filterNeedsQuery, NEEDS_QUERY);

const HostWire = z.object({
  availability_zone: z.string(),
  dc_id: z.string(),
  host: z.string(),
  host_aggregate: z
    .string()
    .meta({ description: 'Names of its aggregates, sorted, with commas between them' }),
  id: z.string().meta({ description: 'Its nova-compute service' }),
  state: oneOf(['up', 'down']),
  status: oneOf(['enabled', 'disabled']),
  timestamp: z.int().meta({ description: 'When this was read, in seconds since 1970' }),
  update_at: z.int().meta({ description: 'When its service last reported; 0 where it never did' }),
  vm_info: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.string().meta({ example: 'Active' }),
      tenant_id: z.string(),
      tenant_name: z.string(),
    }),
  ),
  vm_num: z.int(),
});

type Query<T extends z.ZodType> = z.output<T>;

function machineSearchOf({
  query,
  filter,
  sort,
  order,
  offset,
  limit,
}: Query<typeof MachinesQuery>): VirtualMachineSearch {
  const given =
    query === undefined || filter === undefined ? undefined : { by: MACHINES_BY[query], value: filter };
  return { filter: given, by: MACHINE_ORDERS[sort], direction: directionOf(order), offset, limit };
}

function hostFilterOf({ query, filter }: Query<typeof HostsQuery>): HostSearch['filter'] {
  if (query === undefined || filter === undefined) return {};
  if (query === 'host') return { name: { contains: filter } };
  if (query === 'host_aggregate') return { aggregateName: { eq: filter } };
  if (query === 'availability_zone') return { availabilityZone: { eq: filter } };
  return { isUp: { in: filter === 'up' ? [true] : filter === 'down' ? [false] : [] } };
}

/** 003, chapter 3: lists of virtual machines and of hosts, and what they can be filtered by. */
export function inventoryListEndpoints({ summaries }: DataCenters): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'getVirtualMachineChoices',
      route: 'GET /config_data',
      tag,
      summary: 'API config_data',
      description: 'What `nova_data` can be filtered by: stacks and tenants, by name.',
      access: 'datacenter:read',
      query: OfDataCenter,
      reply: z.object({
        code: Success,
        data: z.array(
          z.object({
            stack: z.array(z.object({ stack_id: z.string(), stack_name: z.string() })),
            tenant: z.array(z.object({ tenant_id: z.string(), tenant_name: z.string() })),
          }),
        ),
        status: Status,
      }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { dc_id: id } }, ctx) => {
        const { stacks, tenants } = await summaries.virtualMachineChoices(ctx, id);
        return {
          data: [
            {
              stack: stacks.map(({ cloudId, name }) => ({ stack_id: cloudId, stack_name: name })),
              tenant: tenants.map(({ cloudId, name }) => ({ tenant_id: cloudId, tenant_name: name })),
            },
          ],
        };
      },
    }),
    endpoint({
      id: 'listVirtualMachines',
      route: 'GET /nova_data',
      tag,
      summary: 'API nova_data',
      description:
        'The virtual machines. `nova_name`, `nova_host`, `nova_tenant` (name or id) and `stack_id` are compared as they are, `nova_status` without case.',
      access: 'datacenter:read',
      query: MachinesQuery,
      reply: z.object({ code: Success, data: z.array(VirtualMachineWire), status: Status, total: z.int() }),
      errors: ['NOT_FOUND'],
      handle: async ({ query }, ctx) => {
        const { items, total } = await summaries.virtualMachines(
          ctx,
          query.dc_id,
          machineSearchOf(query),
          VIRTUAL_MACHINE_TEXT,
        );
        return { data: writtenList(items), total };
      },
    }),
    endpoint({
      id: 'getHostChoices',
      route: 'GET /host_config_data',
      tag,
      summary: 'API host_config_data',
      description:
        'What `host_data` can be filtered by: availability zones of hosts and all aggregates, by name.',
      access: 'datacenter:read',
      query: OfDataCenter,
      reply: z.object({
        code: Success,
        data: z.array(
          z.object({
            host_az: z.array(z.object({ availability_zone: z.string() })),
            host_ha: z.array(z.object({ aggregate_name: z.string() })),
          }),
        ),
        status: Status,
      }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { dc_id: id } }, ctx) => {
        const { zones, aggregates } = await summaries.hostChoices(ctx, id);
        return {
          data: [
            {
              host_az: zones.map((zone) => ({ availability_zone: zone })),
              host_ha: aggregates.map((name) => ({ aggregate_name: name })),
            },
          ],
        };
      },
    }),
    endpoint({
      id: 'listHosts',
      route: 'GET /host_data',
      tag,
      summary: 'API host_data',
      description:
        'The hosts with their virtual machines, by name. `host` matches anywhere, without case; `host_aggregate` is equal to any one of them; `availability_zone` and `state` are equal.',
      access: 'datacenter:read',
      query: HostsQuery,
      reply: z.object({ code: Success, data: z.array(HostWire), status: Status, total: z.int() }),
      errors: ['NOT_FOUND'],
      handle: async ({ query }, ctx) => {
        const { sort, order, offset, limit } = query;
        const found = await summaries.hostPage(ctx, query.dc_id, {
          filter: hostFilterOf(query),
          by: HOST_ORDERS[sort],
          direction: directionOf(order),
          offset,
          limit,
        });
        const timestamp = secondsOf(found.readAt);
        const data = found.hosts.map((host) => {
          const machines = found.machines.get(host.hostKey) ?? [];
          return {
            availability_zone: host.availabilityZone,
            dc_id: host.dataCenterId,
            host: host.name,
            host_aggregate: (found.aggregateNames.get(host.id) ?? []).join(),
            id: host.cloudId,
            state: stateOf(host),
            status: enablingOf(host),
            timestamp,
            update_at: secondsOf(host.heartbeatAt),
            vm_info: machines.map((machine) => ({
              id: machine.cloudId,
              name: machine.name,
              status: statusOf(machine),
              tenant_id: cloudIdOf(machine.tenantId),
              tenant_name: found.tenantNames.get(machine.tenantId) ?? cloudIdOf(machine.tenantId),
            })),
            vm_num: machines.length,
          } as const;
        });
        return { data, total: found.total };
      },
    }),
  ];
}
