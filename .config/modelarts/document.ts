// The OpenAPI document of the catalogue. What the graph needs beside it stands in extensions (x-isthmus-…), see graph.yaml.
import type { Catalogue, CatalogueOperation, GraphNotes } from './catalogue.ts';
import { Schemas } from './schemas.ts';
import { meaningOf, purposeOf } from './words.ts';

type Json = Record<string, unknown>;

const INTRODUCTION = `Huawei's ModelArts, as Isthmus reaches it: register a platform of kind MODELARTS with its credentials; requests to
\`/sys/transmit\` with its id in \`Plat-Route-Id\` are signed on the way, unless they bring \`X-Auth-Token\` or \`X-Sdk-Date\` of
their own. The same operations are fields of the graph, below \`Platform.modelArts\` and \`Mutation.modelArts\`.`;

const READING = new Set(['GET', 'HEAD']);

/** An operation's id without the noun of its group: \`listNotebooks\` -> \`list\`. */
function fieldOf({ operationId, group }: CatalogueOperation, notes: GraphNotes): string {
  const given = notes.fields[operationId];
  if (given) return given;
  const noun = notes.groups[group]?.noun;
  const rest = noun ? operationId.replace(new RegExp(`${noun}s?(?![a-z])`), '') : operationId;
  return rest.charAt(0).toLowerCase() + rest.slice(1);
}

function parametersOf({ path, query }: CatalogueOperation, schemas: Schemas): Json[] {
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: meaningOf(name),
    schema: { type: 'string', minLength: 1 },
  }));
  const filters = query.map((field) => {
    const { description, ...schema } = schemas.fieldOf(field);
    return { name: field.name, in: 'query', required: field.required === true, description, schema };
  });
  return [...parts, ...filters];
}

function operationOf(operation: CatalogueOperation, schemas: Schemas, notes: GraphNotes): Json {
  const { operationId, group, name, method, description, altPath, contentType, body, source } = operation;
  const schema = schemas.bodyOf(operation);
  const answer = schemas.answerOf(operation);
  const notesOfGroup = notes.groups[group];
  if (!notesOfGroup) throw new Error(`graph.yaml has no group "${group}"`);
  const alternative = altPath ? ` The same at \`${altPath}\`.` : '';
  const paging = notes.paging[operationId];
  return {
    operationId,
    tags: [group],
    summary: name,
    description: `${purposeOf(description)}${alternative}`,
    'x-isthmus-group': notesOfGroup.field,
    'x-isthmus-field': fieldOf(operation, notes),
    'x-isthmus-read': READING.has(method) || notes.reads.includes(operationId),
    ...(paging ? { 'x-isthmus-paging': paging } : {}),
    ...(notesOfGroup.main === operationId ? { 'x-isthmus-main': true } : {}),
    'x-isthmus-source': source,
    parameters: parametersOf(operation, schemas),
    ...(schema
      ? {
          requestBody: {
            required: body.some(({ required }) => required === true),
            content: { [contentType ?? 'application/json']: { schema } },
          },
        }
      : {}),
    responses: {
      200: answer
        ? { description: 'Done', content: { 'application/json': { schema: answer } } }
        : { description: 'Done; no body is documented' },
      default: { $ref: '#/components/responses/Failure' },
    },
  };
}

/** Names in graph.yaml that mean nothing, which would be ignored. */
function unknownNames({ operations, notes }: Catalogue, components: Json): string[] {
  const known = new Set([...operations.map(({ operationId }) => operationId), ...Object.keys(components)]);
  const mains = Object.values(notes.groups).flatMap(({ main }) => main ?? []);
  const targets = Object.values(notes.targets).map(({ type }) => type);
  const named = [notes.fields, notes.paging, notes.links].flatMap(Object.keys);
  return [...named, ...notes.reads, ...mains, ...targets].filter((name) => !known.has(name));
}

export function modelArtsDocument(catalogue: Catalogue): Json {
  const { operations, notes } = catalogue;
  const schemas = new Schemas(catalogue);
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = operationOf(operation, schemas, notes);
  }
  const components = schemas.components();
  const unknown = unknownNames(catalogue, components);
  if (unknown.length > 0) throw new Error(`graph.yaml names what is not there: ${unknown.join(', ')}`);
  return {
    openapi: '3.1.0',
    info: { title: 'ModelArts', version: '2026-08', description: INTRODUCTION },
    servers: [{ url: '/sys/transmit', description: 'Forwarding, which signs' }],
    security: [{ platform: [] }, { platform: [], token: [] }],
    tags: [...new Set(operations.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      responses: {
        Failure: {
          description: 'What went wrong, in the words of ModelArts',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorResponse' } } },
        },
      },
      securitySchemes: {
        platform: { type: 'apiKey', in: 'header', name: 'Plat-Route-Id', description: 'Id of the platform' },
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Access-Token',
          description: 'Access token of Isthmus; a caller from a trusted network needs none',
        },
      },
    },
    'x-isthmus-targets': notes.targets,
    'x-isthmus-links': notes.links,
  };
}

/** As it stands in schema/openapi/modelarts.json. */
export const modelArtsText = (catalogue: Catalogue): string =>
  `${JSON.stringify(modelArtsDocument(catalogue), null, 1)}\n`;
