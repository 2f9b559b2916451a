import {
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
  createDocument,
} from 'zod-openapi';
import type { ErrorCode } from '../../kernel/errors.js';
import type { Dialect } from './dialect.js';
import { type Endpoint, type RawOperation, splitRoute } from './endpoint.js';

const ALWAYS: readonly ErrorCode[] = ['UNAVAILABLE', 'INTERNAL'];
const WITH_INPUT: readonly ErrorCode[] = ['BAD_INPUT'];
const WITH_CALLER: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

/** Failures by their status: several codes may share one. */
function failures<A extends string>(dialect: Dialect<A>, row: Endpoint<A>): ZodOpenApiResponsesObject {
  const input = row.params ?? row.query ?? row.body;
  const codes = [
    ...ALWAYS,
    ...(input ? WITH_INPUT : []),
    ...(row.access === 'public' ? [] : WITH_CALLER),
    ...row.errors,
  ];
  const byStatus = Map.groupBy(new Set(codes), (code) => dialect.statusOf[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status) as `${4 | 5}${string}`,
      { description: group.join(', '), content: { 'application/json': { schema: dialect.failureSchema } } },
    ]),
  );
}

function operationOf<A extends string>(dialect: Dialect<A>, row: Endpoint<A>): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, query, body, reply } = row;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: row.access === 'public' ? [] : [...dialect.security],
    requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) },
    ...(body ? { requestBody: { content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [row.status ?? 200]: { description: 'Success', content: { 'application/json': { schema: reply } } },
      ...failures(dialect, row),
    },
  };
}

function rawOperationOf<A extends string>(dialect: Dialect<A>, row: RawOperation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, parameters, responses, requestBody } = row;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: [...dialect.security],
    parameters: [...parameters],
    ...(requestBody ? { requestBody } : {}),
    responses,
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

/** The OpenAPI 3.1 document of one system, its paths below each of the prefixes. */
export function openapi<A extends string>(system: System<A>, version: string) {
  const { title, description, prefixes, securitySchemes } = system.dialect;
  return createDocument({
    openapi: '3.1.0',
    info: { title, description, version },
    servers: prefixes.map((url) => ({ url })),
    components: { securitySchemes },
    paths: pathsOf(system, ''),
  });
}

/** One document of all systems, with whole paths. */
export function openapiOfAll<A extends string>(systems: readonly System<A>[], version: string) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Isthmus: REST',
      description: systems.map(({ dialect }) => `**${dialect.title}** ${dialect.description}`).join('\n\n'),
      version,
    },
    servers: [{ url: '/' }],
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
  });
}
