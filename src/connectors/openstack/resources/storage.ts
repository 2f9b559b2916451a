import { z } from 'zod';
import { count, id, listOf, name, optionalId, optionalInstant, optionalName, word } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/block-storage/v3/ */

const PAGE = 1000;

export const volumes = resource({
  service: 'Cinder',
  path: 'volumes/detail',
  key: 'volumes',
  query: { all_tenants: '1' },
  limit: PAGE,
  item: z.object({
    id,
    name,
    'os-vol-tenant-attr:tenant_id': id,
    volume_type: optionalName,
    status: word,
    size: count,
    bootable: z.union([z.boolean(), z.string()]).transform((value) => String(value) === 'true'),
    attachments: listOf(z.object({ server_id: optionalId })),
    created_at: optionalInstant,
  }),
  right: 'volume:get_all',
});

export const volumeTypes = resource({
  service: 'Cinder',
  path: 'types',
  key: 'volume_types',
  query: { is_public: 'None' },
  limit: PAGE,
  item: z.object({ id, name, is_public: z.boolean().catch(true) }),
  right: 'volume_extension:type_get_all',
});

const figure = z.object({ in_use: count, limit: count });
export const CINDER_QUOTA_RIGHT = 'volume_extension:quotas:show';
/** Figures of each volume type, and the tenant's id. */
export const cinderQuotaSchema = z.object({
  quota_set: z.looseObject({ gigabytes: figure }).transform((set) =>
    Object.entries(set).flatMap(([key, value]): [string, z.output<typeof figure>][] => {
      const read = figure.safeParse(value);
      return read.success ? [[key, read.data]] : [];
    }),
  ),
});
