import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import {
  type ExternalRepository,
  ExternalRepositoryRemoval,
  type Images,
  NewExternalRepository,
} from '../../domains/images/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, PAGE, directionOf, done } from './common.wire.js';
import { statuses, tag } from './repository.wire.js';

const COMMON = {
  repositoryId: z.string().meta({ description: 'Unique name' }),
  address: z.string(),
  user: z.string().meta({ description: 'User name for pulling images' }),
};
const ThirdRow = z.object({ id: z.int(), ...COMMON });
const ThirdWire = z.object(COMMON);

const toWire = ({ repositoryId, address, user }: ExternalRepository) => ({ repositoryId, address, user });

const ThirdQuery = z.object({
  ...PAGE,
  orderBy: z.literal('id', 'must be id').default('id').meta({ description: 'id', example: 'id' }),
});

/** ote 002, Repository Management 10 to 13. */
export function repositoryThirdEndpoints({ externalRepositories }: Images): Endpoint<Permission>[] {
  const create = (id: string, route: Endpoint['route']) =>
    endpoint<Permission, typeof Done, undefined, undefined, typeof NewExternalRepository>({
      id,
      route,
      tag,
      statuses,
      summary: '10. Create external repository',
      description:
        "A registry elsewhere, from which clusters pull as the given user. A name that the business has already answers 409; a system administrator's, who belongs to no business, 403.",
      access: 'repository:write',
      body: NewExternalRepository,
      reply: Done,
      errors: ['CONFLICT'],
      handle: async ({ body }, ctx) => done(externalRepositories.create(ctx, body)),
    });
  const remove = (id: string, route: Endpoint['route']) =>
    endpoint<Permission, typeof Done, undefined, undefined, typeof ExternalRepositoryRemoval>({
      id,
      route,
      tag,
      statuses,
      summary: '11. Delete external repository',
      description:
        'Deployments go on. A name that is not there answers 404, and then nothing is deleted; 409 to a system administrator where several businesses have one of the name.',
      access: 'repository:write',
      body: ExternalRepositoryRemoval,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body }, ctx) => done(externalRepositories.removeNamed(ctx, body.repositoryId)),
    });

  return [
    create('createExternalRepository', 'POST /repository/third'),
    // The examples of Repository Management 10 and 11 have the shorter path.
    create('createRepository', 'POST /repository'),
    remove('deleteExternalRepositories', 'DELETE /repository/third'),
    remove('deleteRepositories', 'DELETE /repository'),
    endpoint({
      id: 'listExternalRepositories',
      route: 'GET /repository/third',
      tag,
      statuses,
      summary: '12. Get external repository list',
      description:
        "Those of the caller's business; all for a system administrator. Passwords are never shown.",
      access: 'repository:read',
      query: ThirdQuery,
      reply: z.object({
        data: z.array(ThirdRow),
        code: Code,
        total: z.int(),
        message: z.literal('Success'),
      }),
      errors: [],
      handle: async ({ query: { order, page, pageSize } }, ctx) => {
        const direction = directionOf(order);
        const [found, total] = await externalRepositories.search(ctx, { direction, page, pageSize });
        const data = found.map((each) => ({ id: each.id, ...toWire(each) }));
        return { data, code: 200 as const, total, message: 'Success' as const };
      },
    }),
    endpoint({
      id: 'getExternalRepository',
      route: 'GET /repository/third/{repoId}',
      tag,
      statuses,
      summary: '13. Get external repository',
      description:
        'By its name. 409 to a system administrator where several businesses have one of the name.',
      access: 'repository:read',
      params: z.object({ repoId: storableText().meta({ description: 'Unique name', example: 'repo1' }) }),
      reply: z.object({ data: ThirdWire, code: Code, message: z.literal('Success') }),
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params }, ctx) => ({
        data: toWire(await externalRepositories.getByName(ctx, params.repoId)),
        message: 'Success' as const,
      }),
    }),
  ];
}
