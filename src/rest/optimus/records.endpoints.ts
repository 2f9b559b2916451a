import { z } from 'zod';
import { type DataCenters, RECORD_NAME, type Record, RecordStatus } from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { isHexId } from '../../kernel/hexIds.js';
import { SortDirection } from '../../kernel/pages.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { TextPieces, textPieces } from '../kit/pieces.js';
import { Created, Id, Status, Success, inWire, oneOf, secondsOf, windowOf } from './common.wire.js';

const tag = 'Record';

const DEFAULT_LIMIT = 20;

const SORTS = { timestamp: 'createdAt', name: 'name', status: 'status' } as const;
const DIRECTIONS = { asc: SortDirection.ASC, desc: SortDirection.DESC } as const;
const STATUSES = {
  [RecordStatus.RUNNING]: 'running',
  [RecordStatus.SUCCESSFUL]: 'successful',
  [RecordStatus.FAILED]: 'failed',
} as const;

/** As the document has it, nothing is asked for where it is empty. */
const EmptyOrId = (description: string) =>
  z
    .string()
    .refine((id) => id === '' || isHexId(id), 'must be 32 hex digits')
    .default('')
    .meta({ pattern: '^([0-9a-fA-F]{32})?$', example: '0123456789abcdef0123456789abcdef', description });

const Row = z.object({
  cee_version: z.string(),
  cid: z.string(),
  data_center: z.string().meta({ description: 'Name of the data center' }),
  id: z.string(),
  lcm_ip: z.string(),
  name: z.string(),
  openrc_path: z.string(),
  pid: z.string().meta({ description: 'What makes it, or made it; another for each attempt' }),
  status: oneOf(['running', 'successful', 'failed']),
  system_name: z.string(),
  timestamp: z.int().meta({ description: 'When it was asked for, in seconds since 1970' }),
  traceback: z.string().nullable().meta({ description: 'Why it failed; null unless it did' }),
});

const Asked = z
  .object({
    name: RECORD_NAME,
    cid: Id.optional().meta({ description: 'The data center; needed unless `data_center` names it' }),
    data_center: storableText().optional().meta({
      description: 'Name of the data center, of an older form of this request; only where there is no `cid`',
    }),
    cee_version: storableText().optional().meta({ description: 'Of the older form, and heeded no more' }),
    host: storableText().optional().meta({ description: 'Of the older form, and heeded no more' }),
  })
  .refine(({ cid, data_center: center }) => cid !== undefined || center !== undefined, {
    path: ['cid'],
    message: 'is required',
  });

const toWire = (record: Record): z.input<typeof Row> => ({
  cee_version: record.ceeVersion,
  cid: record.dataCenterId,
  data_center: record.dataCenterName,
  id: record.id,
  lcm_ip: record.lcmIp,
  name: record.name,
  openrc_path: record.openrcPath,
  pid: record.processId,
  status: STATUSES[record.status],
  system_name: record.systemName,
  timestamp: secondsOf(record.createdAt),
  traceback: record.traceback,
});

/** 003, chapter 3: Record and Record/Download. */
export function recordEndpoints({ records }: DataCenters): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'getRecords',
      route: 'GET /record',
      tag,
      summary: 'API Record, get',
      description: 'The records of a data center, the latest first; none without `cid`.',
      access: 'datacenter:read',
      query: z.object({
        cid: EmptyOrId('The data center'),
        sort: oneOf(['timestamp', 'name', 'status'])
          .default('timestamp')
          .meta({ description: 'What they are ordered by', example: 'timestamp' }),
        order: oneOf(['asc', 'desc']).default('desc').meta({ description: 'Which way', example: 'desc' }),
        ...windowOf(DEFAULT_LIMIT),
      }),
      reply: z.object({ code: Success, data: z.array(Row), status: Status, total: z.int() }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { cid, sort, order, offset, limit } }, ctx) => {
        if (cid === '') return { data: [], total: 0 };
        const search = { by: SORTS[sort], direction: DIRECTIONS[order], offset, limit };
        const [found, total] = await records.search(ctx, cid, search);
        return { data: found.map(toWire), total };
      },
    }),
    endpoint({
      id: 'createRecord',
      route: 'POST /record',
      tag,
      summary: 'API Record, post',
      description:
        'Asks for a report, which is made in the background of what was last read of the cloud: an Excel workbook. `data` is `id` once more. 429 while four of the same tenant are being made; the latest hundred of a tenant are kept (RECORDS_KEPT), up to 512 MiB.',
      access: 'datacenter:write',
      status: 201,
      body: Asked,
      reply: z.object({ code: Created, id: z.string(), status: Status, data: z.string() }),
      errors: ['NOT_FOUND'],
      handle: async ({ body: { name, cid, data_center: center = '' } }, ctx) => {
        const key = cid ?? (await records.centerNamed(ctx, center));
        const { id } = await inWire(records.create(ctx, { name, cid: key }));
        return { code: 201 as const, id, data: id };
      },
    }),
    endpoint({
      id: 'deleteRecord',
      route: 'DELETE /record',
      tag,
      summary: 'API Record, delete',
      description: 'With its workbook. 409 while it is being made.',
      access: 'datacenter:write',
      body: z.object({ id: Id.meta({ description: 'The record to delete' }) }),
      reply: z.object({ code: Success, status: Status }),
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body: { id } }, ctx) => {
        await records.remove(ctx, id);
        return {};
      },
    }),
    endpoint({
      id: 'downloadRecord',
      route: 'GET /record/download',
      tag,
      summary: 'API Record/Download',
      description:
        'The Excel workbook of a record in base64; empty without `id`. 409 while it is being made, and for one that has failed.',
      access: 'datacenter:read',
      query: z.object({ id: EmptyOrId('The record') }),
      reply: z.object({ code: Success, data: textPieces('The workbook in base64'), status: Status }),
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ query: { id } }, ctx) => ({
        data: id === '' ? '' : new TextPieces(await records.workbook(ctx, id)),
      }),
    }),
  ];
}
