import type { Permission } from '../../domains/identity/index.js';
import type { Platforms } from '../../domains/platforms/index.js';
import { definedOnly } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import {
  ChangedReply,
  DeletedReply,
  IdParams,
  ListReply,
  PlatformReply,
  RegisterBody,
  SearchFields,
  UpdateBody,
  fromWire,
  toWire,
} from './platform.wire.js';

/** 000, chapter 3: the registry. */
export function platformEndpoints({ platforms }: Platforms): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listPlatforms',
      route: 'GET /v1/routes',
      tag: 'Registry',
      summary: '3.1 List platforms',
      description:
        'Filters come in the query string or in a JSON body; the query string wins. `name` and `host` match anywhere, without case.',
      access: 'platform:read',
      query: SearchFields,
      body: SearchFields,
      reply: ListReply,
      errors: [],
      handle: async ({ query, body }, ctx) => ({
        data: (await platforms.search(ctx, { ...definedOnly(body), ...definedOnly(query) })).map(toWire),
      }),
    }),
    endpoint({
      id: 'getPlatform',
      route: 'GET /v1/routes/{id}',
      tag: 'Registry',
      summary: '3.2 Get a platform',
      description: 'The platform with this id.',
      access: 'platform:read',
      params: IdParams,
      reply: PlatformReply,
      errors: ['NOT_FOUND'],
      handle: async ({ params }, ctx) => ({ data: toWire(await platforms.get(ctx, params.id)) }),
    }),
    endpoint({
      id: 'registerPlatform',
      route: 'POST /v1/routes',
      tag: 'Registry',
      summary: '3.3 Register a platform',
      description:
        'From then on requests that name its id are forwarded to it. It belongs to the business of the token, if one is sent.',
      access: 'platform:write',
      body: RegisterBody,
      reply: PlatformReply,
      errors: ['ADDRESS_DENIED'],
      handle: async ({ body }, ctx) => ({ data: toWire(await platforms.create(ctx, fromWire(body))) }),
    }),
    endpoint({
      id: 'updatePlatform',
      route: 'PUT /v1/routes/{id}',
      tag: 'Registry',
      summary: '3.4 Change a platform',
      description:
        'What is left out stays. A business administrator cannot change the platform of another business. A platform with credentials cannot be moved to another address here, since its credentials would follow.',
      access: 'platform:write',
      params: IdParams,
      body: UpdateBody,
      reply: ChangedReply,
      errors: ['NOT_FOUND', 'ADDRESS_DENIED'],
      handle: async ({ params, body }, ctx) => ({
        data: Boolean(await platforms.update(ctx, params.id, fromWire(body))),
      }),
    }),
    endpoint({
      id: 'deletePlatform',
      route: 'DELETE /v1/routes/{id}',
      tag: 'Registry',
      summary: '3.5 Delete a platform',
      description: 'A business administrator cannot delete the platform of another business.',
      access: 'platform:write',
      params: IdParams,
      reply: DeletedReply,
      errors: ['NOT_FOUND'],
      handle: async ({ params }, ctx) => ({
        status: '' as const,
        data: Boolean(await platforms.remove(ctx, params.id)),
      }),
    }),
  ];
}
