import { z } from 'zod';
import { isHexId } from '../../kernel/hexIds.js';
import type { Permission } from '../../domains/identity/index.js';
import {
  MOST_OF_TEMPLATE,
  MOST_OF_WORKBOOK,
  TEMPLATES,
  YAML_FIELDS,
  type YamlGen,
  type YamlJob,
} from '../../domains/yamlgen/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { file, files } from '../kit/form.js';
import { Created, ID_FORM, Id, NO_ID, Status, Success, inWire, secondsOf, windowOf } from './common.wire.js';

const tag = 'YamlGenerator';

const MOST_SHOWN = 1000;

/** Of several, of which the one that is none is named by its place. */
const ListedId = z.string().meta(ID_FORM);

const Made = z.object({ status: Status, data: z.object({ id: z.string() }), code: Created });

const Job = z.object({
  id: z.string(),
  project_name: z.string(),
  cee_version: z.string(),
  timestamp: z.int().meta({ description: 'When it was made, in seconds since 1970' }),
  task_status: z.literal('success').meta({
    description: 'What failed is told of at once, and not kept; what is under way is told of when it is done',
  }),
});

const toWire = ({ id, projectName, ceeVersion, createdAt }: YamlJob): z.input<typeof Job> => ({
  id,
  project_name: projectName,
  cee_version: ceeVersion,
  timestamp: secondsOf(createdAt),
  task_status: 'success',
});

/** 003, chapter 2. */
export function yamlEndpoints({ generations, yamlJobs }: YamlGen): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'generateYaml',
      route: 'POST /config/yaml_gen',
      tag,
      summary: 'yaml config generation',
      description:
        'Fills templates from a workbook. What is wrong with either answers 400 with the file, and the sheet, row, column or line in it; then nothing is kept.',
      access: 'yaml:write',
      status: 201,
      query: z.object({
        site: YAML_FIELDS.site,
        cee_ver: YAML_FIELDS.ceeVer,
        pjt_name: YAML_FIELDS.pjtName,
      }),
      form: {
        excel: { limit: () => MOST_OF_WORKBOOK },
        yaml: { limit: () => MOST_OF_TEMPLATE, most: TEMPLATES.length },
      },
      body: z.object({
        excel: file('The workbook (.xlsx); each sheet is a list of rows, keyed by its header'),
        yaml: files(`Templates, each under one of the names ${TEMPLATES.join(', ')}`, TEMPLATES.length),
      }),
      reply: Made,
      errors: ['RATE_LIMITED'],
      handle: async ({ query, body: { excel, yaml } }, ctx) => {
        const { job } = await inWire(
          generations.generate(
            ctx,
            { site: query.site, ceeVer: query.cee_ver, pjtName: query.pjt_name },
            { workbook: excel, templates: yaml, paths: { workbook: 'excel', templates: 'yaml' } },
          ),
        );
        return { data: { id: job.id }, code: 201 as const };
      },
    }),
    endpoint({
      id: 'getYamlHistory',
      route: 'GET /config/yaml_gen/history',
      tag,
      summary: 'history of jobs',
      description:
        'The latest first. The last 500 of a business are kept, or of a user without one, as long as their results have no more than 256 MiB.',
      access: 'yaml:read',
      status: 201,
      query: z.object(windowOf(MOST_SHOWN)),
      reply: z.object({ status: Status, data: z.array(Job), code: Created }),
      errors: [],
      handle: async ({ query }, ctx) => {
        const [found] = await yamlJobs.search(ctx, query);
        return { data: found.map(toWire), code: 201 as const };
      },
    }),
    endpoint({
      id: 'deleteYamlHistory',
      route: 'DELETE /config/yaml_gen/history',
      tag,
      summary: 'deletion of history',
      description: 'Deletes jobs with their results; where one is unknown, none.',
      access: 'yaml:write',
      body: z.object({
        id: z
          .xor([z.array(ListedId), ListedId], 'must be a list of ids')
          .check(({ value, issues }) => {
            for (const [place, id] of [value].flat().entries())
              if (!isHexId(id)) issues.push({ code: 'custom', input: id, path: [place], message: NO_ID });
          })
          .meta({ description: 'Which jobs' }),
      }),
      reply: z.object({ status: Status, code: Success }),
      errors: ['NOT_FOUND'],
      handle: async ({ body: { id } }, ctx) => {
        await yamlJobs.remove(ctx, [id].flat(), 'id');
        return {};
      },
    }),
    endpoint({
      id: 'getYamlResult',
      route: 'GET /config/yaml_gen/result',
      tag,
      summary: 'result of a job',
      description: 'The zip with its files, in base64.',
      access: 'yaml:read',
      query: z.object({ id: Id.meta({ description: 'Which job' }) }),
      reply: z.object({ status: Status, data: z.string(), code: Success }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { id } }, ctx) => {
        const job = await yamlJobs.get(ctx, id);
        const content = await yamlJobs.contentOf(ctx, job.id);
        return { data: content.toString('base64') };
      },
    }),
  ];
}
