import { z } from 'zod';
import {
  BUSINESS_COMMENT,
  BUSINESS_FIELDS,
  type Business,
  type Identity,
  BusinessStatus,
  type Permission,
} from '../../domains/identity/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, Id, PAGE, directionOf, done, toSeconds } from './common.wire.js';

/** ote 002, Business Management 2: the documented numbers. */
const STATUSES = [
  BusinessStatus.PENDING,
  BusinessStatus.APPROVED,
  BusinessStatus.DISAPPROVED,
  BusinessStatus.DELETED,
];
const DECISIONS = { 1: BusinessStatus.APPROVED, 2: BusinessStatus.DISAPPROVED } as const;

const StatusNumber = z.int().meta({ description: '0: pending 1: approved 2: disapproved 3: deleted' });
const COMMON = {
  name: z.string(),
  userId: z.int(),
  comment: z.string(),
  id: z.int(),
  status: StatusNumber,
  createTime: z.int().meta({ description: 'Seconds since 1970' }),
  updateTime: z.int().meta({ description: 'Seconds since 1970' }),
};
const BusinessRow = z.object(COMMON);
const BusinessWire = z.object({
  name: z.string(),
  userId: z.int(),
  introduce: z.string(),
  objective: z.string(),
  scale: z.string(),
  comment: COMMON.comment,
  id: COMMON.id,
  status: StatusNumber,
  createTime: COMMON.createTime,
  updateTime: COMMON.updateTime,
});

function toWire(business: Business): z.infer<typeof BusinessWire> {
  const { name, userId, introduce, objective, scale, comment, id, status, createdAt, updatedAt } = business;
  const times = { createTime: toSeconds(createdAt), updateTime: toSeconds(updatedAt) };
  return {
    name,
    userId,
    introduce,
    objective,
    scale,
    comment,
    id,
    status: STATUSES.indexOf(status),
    ...times,
  };
}

const BusinessParams = z.object({ id: Id.meta({ description: 'Business id' }) });
const BusinessesQuery = z.object({
  ...PAGE,
  orderBy: z.literal('id', 'must be id').default('id').meta({ description: 'id', example: 'id' }),
  name: storableText().optional().meta({ description: 'Part of the business name', example: 'radio' }),
});
const tag = 'Business Management';

/** ote 002, Business Management. */
export function businessEndpoints({ businesses }: Identity): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'createBusiness',
      route: 'POST /business',
      tag,
      summary: '1. Create business',
      description:
        'For approved administrators who have none; it waits for the audit of a system administrator.',
      access: 'business:create',
      body: z.object(BUSINESS_FIELDS),
      reply: Done,
      errors: ['CONFLICT'],
      handle: async ({ body }, ctx) => done(businesses.create(ctx, body)),
    }),
    endpoint({
      id: 'listBusinesses',
      route: 'GET /business',
      tag,
      summary: '2. Get business list',
      description: "The caller's own; all for a system administrator.",
      access: 'business:read',
      query: BusinessesQuery,
      reply: z.object({
        data: z.array(BusinessRow),
        total: z.int(),
        code: Code,
        message: z.literal('Success'),
      }),
      errors: [],
      handle: async ({ query: { name, order, page, pageSize } }, ctx) => {
        const [data, total] = await businesses.search(ctx, {
          name,
          direction: directionOf(order),
          page,
          pageSize,
        });
        return { data: data.map(toWire), total, message: 'Success' as const };
      },
    }),
    endpoint({
      id: 'getBusiness',
      route: 'GET /business/id/{id}',
      tag,
      summary: '3. Get business',
      description: "The caller's own; any for a system administrator.",
      access: 'business:read',
      params: BusinessParams,
      reply: z.object({ data: BusinessWire, code: Code, message: z.literal('Success') }),
      errors: ['NOT_FOUND'],
      handle: async ({ params }, ctx) => ({
        data: toWire(await businesses.get(ctx, params.id)),
        message: 'Success' as const,
      }),
    }),
    endpoint({
      id: 'auditBusiness',
      route: 'PUT /business/id/{id}',
      tag,
      summary: '4. Audit business',
      description:
        'Approval makes the creator administrator of the business and gives it the namespace ns<id> in every cluster.',
      access: 'business:audit',
      params: BusinessParams,
      body: z.object({
        comment: BUSINESS_COMMENT,
        status: z
          .literal([1, 2], 'must be 1 (approved) or 2 (disapproved)')
          .meta({ description: '1: approved 2: disapproved' }),
      }),
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ params, body }, ctx) =>
        done(businesses.audit(ctx, params.id, DECISIONS[body.status], body.comment)),
    }),
  ];
}
