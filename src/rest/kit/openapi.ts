import { z } from 'zod';
import {
  type CreateDocumentOptions,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
  createDocument,
} from 'zod-openapi';
import type { ErrorCode } from '../../kernel/errors.js';
import { FORM_TYPE } from '../../kernel/forms.js';
import type { Dialect } from './dialect.js';
import { type Endpoint, type RawOperation, splitRoute } from './endpoint.js';
import { MEANINGS } from './meanings.js';

const ALWAYS: readonly ErrorCode[] = ['UNAVAILABLE', 'INTERNAL'];
const WITH_INPUT: readonly ErrorCode[] = ['BAD_INPUT'];
const WITH_BODY: readonly ErrorCode[] = ['TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const WITH_CALLER: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

const REQUEST_ID = {
  'X-Request-Id': z.string().meta({
    header: { id: 'RequestId' },
    description:
      'What this request is called, in logs as far as they tell of it: the id that the caller sent, or a new one',
    pattern: String.raw`^[\w.:@/+=-]{1,128}$`,
    example: '9a3ac1c1-7c07-4f0e-a9b6-3e2f3e5d1a34',
  }),
};
const BY_STATUS: Record<number, Record<string, z.ZodType>> = {
  401: {
    'WWW-Authenticate': z.string().meta({
      header: { id: 'Authenticate' },
      description: 'How to authenticate',
      example: 'Bearer',
    }),
  },
  429: {
    'Retry-After': z
      .int()
      .min(1)
      .meta({
        header: { id: 'RetryAfter' },
        description: 'Seconds until another try makes sense',
        example: 60,
      }),
  },
};

/** Failures by their status: several codes may share one. */
function failures<A extends string>(
  { statusOf, wireCodeOf, failureSchema }: Dialect<A>,
  codes: readonly ErrorCode[],
  statuses: Endpoint['statuses'] = {},
): ZodOpenApiResponsesObject {
  const told = (code: ErrorCode) => (wireCodeOf ? `\`${wireCodeOf[code]}\`: ` : '') + MEANINGS[code];
  const byStatus = Map.groupBy(new Set(codes), (code) => statuses[code] ?? statusOf[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status) as `${4 | 5}${string}`,
      {
        description: group.map(told).join('; '),
        headers: z.object({ ...REQUEST_ID, ...BY_STATUS[status] }),
        content: { 'application/json': { schema: failureSchema } },
      },
    ]),
  );
}

function securityOf<A extends string>({ security }: Dialect<A>, { access, takesToken }: Endpoint<A>) {
  if (access !== 'public') return [...security];
  return takesToken === true ? [{}, ...security] : [];
}

/** Whether the endpoint can do without. */
const isOptional = (body: z.ZodType): boolean => body.safeParse({}).success;

function operationOf<A extends string>(dialect: Dialect<A>, row: Endpoint<A>): ZodOpenApiOperationObject {
  const { id, tag, summary, description, access, params, query, body, reply, errors } = row;
  const codes = [
    ...ALWAYS,
    ...((params ?? query ?? body) ? WITH_INPUT : []),
    ...(body ? WITH_BODY : []),
    ...(access === 'public' ? [] : WITH_CALLER),
    ...errors,
  ];
  const content = body && { [row.form ? FORM_TYPE : 'application/json']: { schema: body } };
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: securityOf(dialect, row),
    requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) },
    ...(content ? { requestBody: { required: !isOptional(body), content } } : {}),
    responses: {
      [row.status ?? 200]: {
        description: 'Success',
        headers: z.object(REQUEST_ID),
        content: { 'application/json': { schema: reply } },
      },
      ...failures(dialect, codes, row.statuses),
    },
  };
}

function rawOperationOf<A extends string>(dialect: Dialect<A>, row: RawOperation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, parameters, responses, requestBody, errors } = row;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: [...dialect.security],
    parameters: [...parameters],
    ...(requestBody ? { requestBody } : {}),
    responses: { ...responses, ...failures(dialect, [...ALWAYS, ...WITH_CALLER, ...errors]) },
  } as ZodOpenApiOperationObject;
}

/** A system and what it offers. */
export interface System<A extends string = never> {
  dialect: Dialect<A>;
  rows: readonly (Endpoint<A> | RawOperation)[];
}

function pathsOf<A extends string>({ dialect, rows }: System<A>, prefix: string): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const row of rows) {
    const { method, path } = splitRoute(row.route);
    const operation = 'raw' in row ? rawOperationOf(dialect, row) : operationOf(dialect, row);
    paths[prefix + path] = { ...paths[prefix + path], [method.toLowerCase()]: operation };
  }
  return paths;
}

/** The headings of a reference, in their order. */
const tagsOf = <A extends string>({ rows, dialect }: System<A>) =>
  [...new Set(rows.map(({ tag }) => tag))].map((name) => ({
    name,
    description: `${name}, of ${dialect.title.replace('Isthmus: ', '')}`,
  }));

/** What may be left out may be null as well, which every client of the document would otherwise have to think of. */
const withoutNull: CreateDocumentOptions['override'] = ({ jsonSchema, io }) => {
  const [only, ...others] = jsonSchema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (io !== 'input' || !only || others.length > 0) return;
  delete jsonSchema.anyOf;
  Object.assign(jsonSchema, { ...only, ...jsonSchema });
};
const OPTIONS = { override: withoutNull };

/** The OpenAPI 3.1 document of one system, its paths below each of the prefixes, and these below where all is served. */
export function openapi<A extends string>(system: System<A>, version: string, base = '') {
  const { title, description, prefixes, securitySchemes } = system.dialect;
  return createDocument(
    {
      openapi: '3.1.0',
      info: { title, description, version },
      servers: prefixes.map((prefix) => ({ url: base + prefix })),
      tags: tagsOf(system),
      components: { securitySchemes },
      paths: pathsOf(system, ''),
    },
    OPTIONS,
  );
}

/** One document of all systems, with whole paths. */
export function openapiOfAll<A extends string>(systems: readonly System<A>[], version: string, base = '') {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Isthmus: REST',
        description: systems.map(({ dialect }) => `**${dialect.title}** ${dialect.description}`).join('\n\n'),
        version,
      },
      servers: [{ url: base || '/' }],
      tags: systems.flatMap(tagsOf),
      components: {
        securitySchemes: Object.assign(
          {},
          ...systems.map(({ dialect }) => dialect.securitySchemes),
        ) as Dialect<A>['securitySchemes'],
      },
      paths: Object.assign(
        {},
        ...systems.map((system) => pathsOf(system, system.dialect.prefixes[0])),
      ) as ZodOpenApiPathsObject,
    },
    OPTIONS,
  );
}
