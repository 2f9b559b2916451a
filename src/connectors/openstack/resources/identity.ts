import { z } from 'zod';
import { flag, id, name, optionalId, text } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/identity/v3/ */

export const projects = resource({
  service: 'Keystone',
  path: 'projects',
  key: 'projects',
  item: z.object({
    id,
    name,
    domain_id: optionalId,
    description: text(1000),
    enabled: z.boolean().catch(true),
    is_domain: flag,
  }),
  right: 'identity:list_projects',
});

export const domains = resource({
  service: 'Keystone',
  path: 'domains',
  key: 'domains',
  item: z.object({ id, name }),
  right: 'identity:list_domains',
});
