import { z } from 'zod';
import { count, id, optionalCount } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/placement/ */

export const providersNamed = (name: string) =>
  resource({
    service: 'Placement',
    path: 'resource_providers',
    key: 'resource_providers',
    query: { name },
    item: z.object({ uuid: id }).transform(({ uuid }) => ({ id: uuid })),
    right: 'placement:resource_providers:list',
  });

export const inventoriesSchema = z.object({
  inventories: z.record(z.string(), z.object({ total: count, reserved: optionalCount })),
});
export const usagesSchema = z.object({ usages: z.record(z.string(), count) });
