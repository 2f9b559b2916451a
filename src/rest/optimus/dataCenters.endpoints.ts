import { z } from 'zod';
import {
  DATA_CENTER_FIELDS,
  type DataCenter,
  type DataCenters,
  TaskKind,
} from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { definedOnly } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Id, Status, Success, inWire, secondsOf } from './common.wire.js';

const tag = 'Data Center';

const { name, mode, country, province, city, systemName, ceeVersion, lcmIp, lcmUser, lcmPwd } =
  DATA_CENTER_FIELDS;
const { openstackrcDir, lcmrcDir } = DATA_CENTER_FIELDS;

/** By the names of the document (003, chapter 3, data_center). */
const FIELDS = {
  country,
  province,
  city,
  system_name: systemName,
  cee_version: ceeVersion,
  lcm_ip: lcmIp,
  lcm_user: lcmUser,
  lcm_pwd: lcmPwd,
  openstackrc_dir: openstackrcDir,
  lcmrc_dir: lcmrcDir,
};
const Draft = z.object(FIELDS).partial();

const Row = z.object({
  cee_version: z.string(),
  city: z.string(),
  country: z.string(),
  id: z.string(),
  lcm_ip: z.string(),
  lcm_pwd: z.string().meta({
    description: '****** where there is one; with OPTIMUS_REVEAL_SECRETS the password itself',
  }),
  lcm_user: z.string(),
  lcmrc_dir: z.string(),
  mode: z.boolean(),
  name: z.string(),
  openstackrc_dir: z.string(),
  province: z.string(),
  system_name: z.string(),
});

const NextRun = z
  .int()
  .nullable()
  .meta({
    description: 'Next run in seconds since 1970; null where there is none. Of an online one only',
    override: ({ jsonSchema }) => {
      delete jsonSchema.anyOf;
      jsonSchema.type = ['integer', 'null'];
    },
  });
const Made = z.object({
  status: Status,
  data: z.string(),
  static_job: NextRun.optional(),
  dynamic_job: NextRun.optional(),
  message: z.string(),
  code: Success,
});

const ById = z.object({ id: Id });
const Done = z.object({ status: Status, message: z.string(), code: Success });
const DoneTo = z.object({ status: Status, data: z.string(), message: z.string(), code: Success });

const fromWire = (given: z.output<typeof Draft>) =>
  definedOnly({
    country: given.country,
    province: given.province,
    city: given.city,
    systemName: given.system_name,
    ceeVersion: given.cee_version,
    lcmIp: given.lcm_ip,
    lcmUser: given.lcm_user,
    lcmPwd: given.lcm_pwd,
    openstackrcDir: given.openstackrc_dir,
    lcmrcDir: given.lcmrc_dir,
  });

/** 003, chapter 3: data_center and connect_status. */
export function dataCenterEndpoints({
  connections,
  dataCenters,
  secrets,
  tasks,
}: DataCenters): Endpoint<Permission>[] {
  const toWire = (center: DataCenter) => ({
    cee_version: center.ceeVersion,
    city: center.city,
    country: center.country,
    id: center.id,
    lcm_ip: center.lcmIp,
    lcm_pwd: secrets.show(center),
    lcm_user: center.lcmUser,
    lcmrc_dir: center.lcmrcDir,
    mode: center.mode,
    name: center.name,
    openstackrc_dir: center.openstackrcDir,
    province: center.province,
    system_name: center.systemName,
  });
  return [
    endpoint({
      id: 'getDataCenters',
      route: 'GET /data_center',
      tag,
      summary: 'API DataCenter, get',
      description: 'With `id` that one, without it all that the caller may see, the oldest first.',
      access: 'datacenter:read',
      query: z.object({ id: Id.optional().meta({ description: 'Only this data center' }) }),
      reply: z.xor([
        z.object({ status: Status, data: Row, code: Success }),
        z.object({ code: Success, data: z.array(Row), status: Status, total: z.int() }),
      ]),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { id } }, ctx) => {
        if (id !== undefined) return { data: toWire(await dataCenters.get(ctx, id)) };
        const all = await dataCenters.all(ctx);
        return { data: all.map(toWire), total: all.length };
      },
    }),
    endpoint({
      id: 'createDataCenter',
      route: 'POST /data_center',
      tag,
      summary: 'API DataCenter, post',
      description:
        'One that is online (`mode` true) also needs `lcm_ip`, `lcm_user`, `lcm_pwd` and `openstackrc_dir`. It is logged in to, and `message` says what came of that: `success`, or one of the texts of connect_status; either way its two jobs are due at once and then every so often. 409 for a name that is taken.',
      access: 'datacenter:write',
      body: z.object({ name, mode: mode.default(false), ...Draft.shape }),
      reply: Made,
      errors: ['CONFLICT'],
      handle: async ({ body: { name: wanted, mode: isOnline, ...given } }, ctx) => {
        const draft = { name: wanted, mode: isOnline, ...fromWire(given) };
        const { dataCenter, connection } = await inWire(dataCenters.create(ctx, draft));
        const made = { data: dataCenter.id, message: connection?.message ?? 'success' };
        if (!isOnline) return made;
        const found = await tasks.of(ctx, dataCenter.id);
        const nextOf = (kind: TaskKind) => {
          const next = found.find((task) => task.kind === kind)?.nextRunAt;
          return next ? secondsOf(next) : null;
        };
        return { ...made, static_job: nextOf(TaskKind.STATIC), dynamic_job: nextOf(TaskKind.DYNAMIC) };
      },
    }),
    endpoint({
      id: 'updateDataCenter',
      route: 'PUT /data_center',
      tag,
      summary: 'API DataCenter, put',
      description:
        'What is left out stays, and `lcm_pwd` that is ******. `name` and `mode` cannot be changed: with another value they are refused. Another `lcm_ip` needs the password again.',
      access: 'datacenter:write',
      body: z.object({ id: Id, name: name.optional(), mode: mode.optional(), ...Draft.shape }),
      reply: Done,
      errors: ['NOT_FOUND'],
      handle: async ({ body: { id, name: same, mode: sameMode, ...given } }, ctx) => {
        const changes = definedOnly({ name: same, mode: sameMode, ...fromWire(given) });
        await inWire(dataCenters.update(ctx, id, changes));
        return { message: 'success' };
      },
    }),
    endpoint({
      id: 'deleteDataCenter',
      route: 'DELETE /data_center',
      tag,
      summary: 'API DataCenter, delete',
      description:
        'With its jobs and all that was read of it; their history stays readable to system administrators.',
      access: 'datacenter:write',
      body: ById,
      reply: DoneTo,
      errors: ['NOT_FOUND'],
      handle: async ({ body: { id } }, ctx) => {
        const gone = await dataCenters.remove(ctx, id);
        return { data: gone.id, message: 'success' };
      },
    }),
    endpoint({
      id: 'getConnectStatus',
      route: 'GET /connect_status',
      tag,
      summary: 'API connect_status, get',
      description:
        'Whether a stored data center can be logged in to and its openrc file read; where not, `message` says why, as for POST.',
      access: 'datacenter:read',
      query: z.object({ cid: Id.meta({ description: 'The data center' }) }),
      reply: z.object({
        status: Status,
        data: z.boolean(),
        message: z.string().optional(),
        code: Success,
      }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { cid } }, ctx) => {
        const { isConnected, message } = await connections.ofStored(ctx, await dataCenters.get(ctx, cid));
        return { data: isConnected, ...(!isConnected && { message }) };
      },
    }),
    endpoint({
      id: 'testConnectStatus',
      route: 'POST /connect_status',
      tag,
      summary: 'API connect_status, post',
      description:
        'Whether this account can log in and run a command. Where not, `message` is `Authentication failed`, `Permission denied`, `unable to connect to the host` or `unable to reach the host`.',
      access: 'datacenter:write',
      body: z.object({ lcm_ip: lcmIp, lcm_user: lcmUser, lcm_pwd: lcmPwd }),
      reply: z.object({ status: Status, data: z.boolean(), message: z.string(), code: Success }),
      errors: [],
      handle: async ({ body }, ctx) => {
        const given = { lcmIp: body.lcm_ip, lcmUser: body.lcm_user, lcmPwd: body.lcm_pwd };
        const { isConnected, message } = await inWire(connections.ofGiven(ctx, given));
        return { data: isConnected, message };
      },
    }),
  ];
}
