import { z } from 'zod';
import { NAME_MODES, type NameMode } from '../../domains/apps/index.js';
import {
  COMMENT,
  DEPLOYMENT_FIELDS,
  type Deployments,
  NewDeployment,
  VersionChange,
} from '../../domains/deployments/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, Id, PAGE, Success, directionOf, done, filterText } from './common.wire.js';
import {
  DECISIONS,
  DeploymentAuditWire,
  DeploymentRow,
  DeploymentWire,
  RowFields,
  WireFields,
  toAuditWire,
  toDeploymentWire,
} from './deploy.wire.js';

const tag = 'Deployment Management';

const params = z.object({ deployId: Id.meta({ description: 'Deployment id' }) });
const NewBody = z.object(DEPLOYMENT_FIELDS);
const MODES = Object.keys(NAME_MODES) as [NameMode, ...NameMode[]];
const FLAGS = { true: true, false: false, all: undefined };

const DeploymentsQuery = z.object({
  pageSize: PAGE.pageSize,
  page: PAGE.page,
  field: RowFields,
  appName: filterText('Only of applications of this name, compared as appNameMode says', 'nginx'),
  appNameMode: z
    .enum(MODES, `must be ${MODES.join(', ')}`)
    .default('partial')
    .meta({
      description: 'strict: the whole name, partial: a part of it, prefix: its beginning',
      example: 'prefix',
    }),
  editable: z
    .enum(['true', 'false', 'all'], 'must be true, false or all')
    .default('all')
    .meta({ description: 'Whether it can be upgraded or rolled back now', example: 'true' }),
  running: z
    .enum(['true', 'all'], 'must be true or all')
    .default('all')
    .meta({ description: 'true: only those of which pods run', example: 'all' }),
});

const AuditsQuery = z.object({
  ...PAGE,
  orderBy: z.literal('id', 'must be id').default('id').meta({ description: 'id', example: 'id' }),
  order: z.enum(['asc', 'desc'], 'must be asc or desc').default('desc').meta({
    description: 'Sort order',
    example: 'desc',
  }),
  businessName: filterText('Part of the name of the business', 'radio'),
});

const WAITS =
  'It waits for an audit where the caller needs one: a general user, and an administrator of the business unless ADMIN_AUTO_DEPLOY.';

function requests({ changes }: Deployments): Endpoint<Permission>[] {
  const create = (id: string, route: Endpoint['route'], summary: string) =>
    endpoint({
      id,
      route,
      tag,
      summary,
      description: `${WAITS} An unknown application or version answers 404.`,
      access: 'deployment:write' as const,
      body: NewBody,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body }, ctx) => done(changes.create(ctx, NewDeployment.parse(body))),
    });
  return [
    create('createDeployment', 'POST /deploy', '1. Create deployment'),
    create('installDeployment', 'POST /deploy/install', '1. Create deployment (the path of the example)'),
    endpoint({
      id: 'upgradeDeployment',
      route: 'POST /deploy/id/{deployId}',
      tag,
      summary: '3. Upgrade deployment',
      description: `${WAITS} It also waits while another one is under way. 409 while another change waits.`,
      access: 'deployment:write',
      params,
      body: VersionChange,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params: { deployId }, body }, ctx) => done(changes.upgrade(ctx, deployId, body)),
    }),
    endpoint({
      id: 'rollbackDeployment',
      route: 'PUT /deploy/id/{deployId}',
      tag,
      summary: '5. Rollback deployment',
      description: `To a version that ran before; one that never did answers 404. ${WAITS} 409 while another change waits.`,
      access: 'deployment:write',
      params,
      body: VersionChange,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params: { deployId }, body }, ctx) => done(changes.rollBack(ctx, deployId, body)),
    }),
  ];
}

function deletions({ changes, deployments }: Deployments): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'deleteDeploymentByName',
      route: 'DELETE /deploy/{deployName}',
      tag,
      summary: '2. Delete deployment',
      description: `${WAITS} One that is named \`install\`, and one of several businesses', is deleted by its id.`,
      access: 'deployment:write',
      params: z.object({
        deployName: storableText().meta({ description: 'Name of the deployment', example: 'nginx1' }),
      }),
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params: { deployName } }, ctx) => {
        const { id } = await deployments.getByName(ctx, deployName);
        return done(changes.remove(ctx, String(id)));
      },
    }),
    endpoint({
      id: 'deleteDeployment',
      route: 'DELETE /deploy/id/{deployId}',
      tag,
      summary: '7. Delete deployment',
      description: WAITS,
      access: 'deployment:write',
      params,
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params: { deployId } }, ctx) => done(changes.remove(ctx, deployId)),
    }),
  ];
}

function reads({ deployments }: Deployments): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listDeployments',
      route: 'GET /deploy',
      tag,
      summary: '4. List deployment',
      description:
        "The deployments of the caller's business that are not deleted, all for a system administrator, in the order of their ids.",
      access: 'deployment:read',
      query: DeploymentsQuery,
      reply: z.object({
        data: z.array(DeploymentRow.partial()),
        total: z.int(),
        code: Code,
        message: Success,
      }),
      errors: [],
      handle: async ({ query: { field, appNameMode, editable, running, ...query } }, ctx) => {
        const [found, total] = await deployments.search(ctx, {
          ...query,
          nameMode: appNameMode,
          editable: FLAGS[editable],
          isRunning: running === 'true',
        });
        const data = found.map((deployment) => toDeploymentWire(deployment, field));
        return { data, total, message: 'success' as const };
      },
    }),
    endpoint({
      id: 'getDeployment',
      route: 'GET /deploy/id/{deployId}',
      tag,
      summary: '6. Get deployment',
      description: 'With `field=historyVersion` it answers every version that was deployed.',
      access: 'deployment:read',
      params,
      query: z.object({ field: WireFields }),
      reply: z.object({ data: DeploymentWire.partial(), code: Code, message: Success }),
      errors: ['NOT_FOUND'],
      handle: async ({ params: { deployId }, query: { field } }, ctx) => {
        const deployment = await deployments.get(ctx, deployId);
        const wantsVersions = field.includes('historyVersion');
        const versions = wantsVersions ? await deployments.versions(ctx, deployment.id) : [];
        return { data: toDeploymentWire(deployment, field, versions), message: 'success' as const };
      },
    }),
  ];
}

function audits({ changes, deployments }: Deployments): Endpoint<Permission>[] {
  const audit = (id: string, route: Endpoint['route'], summary: string) =>
    endpoint({
      id,
      route,
      tag,
      summary,
      description: '`id` is the change, as the list of audits has it. A change that is decided answers 409.',
      access: 'deployment:audit' as const,
      body: z.object({
        id: z.int().min(1).meta({ description: 'The change', example: 123_456 }),
        status: z
          .literal([0, 1, 2], 'must be 1 (approved), 2 (disapproved), or 0 (it waits on)')
          .meta({ description: '1: approved 2: disapproved; 0 leaves it waiting, with the comment' }),
        comment: COMMENT,
      }),
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body: { id: change, status, comment } }, ctx) =>
        done(changes.audit(ctx, String(change), DECISIONS[status], comment)),
    });
  return [
    audit('auditDeployment', 'PUT /admin/deploy', '8. Audit deployment'),
    audit('postDeploymentAudit', 'POST /admin/deploy', '8. Audit deployment (the method of the example)'),
    endpoint({
      id: 'listDeploymentAudits',
      route: 'GET /admin/deploy',
      tag,
      summary: '9. List audit list of deployment',
      description:
        "Every change of a deployment of the caller's business, of all for a system administrator.",
      access: 'deployment:audit',
      query: AuditsQuery,
      reply: z.object({ data: z.array(DeploymentAuditWire), total: z.int(), code: Code, message: Success }),
      errors: [],
      handle: async ({ query: { businessName, order, page, pageSize } }, ctx) => {
        const direction = directionOf(order);
        const [found, total] = await deployments.searchAudits(ctx, {
          businessName,
          direction,
          page,
          pageSize,
        });
        return { data: found.map(toAuditWire), total, message: 'success' as const };
      },
    }),
  ];
}

/** ote 002, Deployment Management. */
export function deployEndpoints(face: Deployments): Endpoint<Permission>[] {
  return [...requests(face), ...deletions(face), ...reads(face), ...audits(face)];
}
