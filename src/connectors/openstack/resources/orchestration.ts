import { z } from 'zod';
import { id, listOf, name, optionalId, optionalWord, word } from '../fields.js';
import { resource } from '../resource.js';

/** https://docs.openstack.org/api-ref/orchestration/v1/ */

/** Levels of stacks in stacks; Heat's default is 5. */
const MOST_DEPTH = 20;

/** Of all tenants where an administrator asks, without asking for that. */
export const stacks = resource({
  service: 'Heat',
  path: 'stacks',
  key: 'stacks',
  limit: 500,
  item: z.object({
    id,
    stack_name: name,
    stack_status: optionalWord,
    project: optionalId,
    parent: optionalId,
    stack_user_project_id: optionalId,
    links: listOf(z.object({ rel: word, href: z.string() })),
  }),
  right: 'stacks:index',
});
export type StackObject = z.output<typeof stacks.item>;

/** Of a stack and of those in it, without pages. `path` is relative to Heat's endpoint. */
export const serversOfStack = (path: string) =>
  resource({
    service: 'Heat',
    path: `${path}/resources`,
    key: 'resources',
    query: { nested_depth: String(MOST_DEPTH), type: 'OS::Nova::Server' },
    item: z
      .object({ physical_resource_id: optionalId, resource_type: word })
      .transform(({ physical_resource_id: server, resource_type: type }) => ({
        id: server ?? '',
        isServer: type === 'OS::Nova::Server' && server !== null,
      })),
    right: 'resource:index',
  });
