import { buildSchema, getNamedType, isInputObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { emitSchemas } from '../src/emit.js';

interface Operation {
  operationId: string;
  requestBody?: {
    content: { 'application/json'?: { schema: { properties: Record<string, { description?: string }> } } };
  };
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const emitted = await emitSchemas();
const mutations = buildSchema(emitted['schema.graphql'] ?? '', { assumeValidSDL: true }).getMutationType();
const operations = Object.entries(emitted)
  .filter(([name]) => name.startsWith('openapi/'))
  .flatMap(([, text]) => Object.values((JSON.parse(text) as Document).paths))
  .flatMap((path) => Object.values(path));

function inREST(id: string): Record<string, string | undefined> {
  const found = operations.find(({ operationId }) => operationId === id);
  const properties = found?.requestBody?.content['application/json']?.schema.properties ?? {};
  return Object.fromEntries(
    Object.entries(properties).map(([field, { description }]) => [field, description]),
  );
}

function inGraph(name: string): Record<string, string | null | undefined> {
  const type = getNamedType(mutations?.getFields()[name]?.args[0]?.type);
  if (!isInputObjectType(type)) throw new Error(`${name} takes no input`);
  return Object.fromEntries(
    Object.entries(type.getFields()).map(([field, { description }]) => [field, description]),
  );
}

describe('a field of an input is described alike by REST and by the graph', () => {
  test.each([
    ['oteLogin', 'logIn', ['user', 'password']],
    ['createUser', 'registerUser', ['user', 'phone', 'isAdmin', 'realName']],
    ['createSubUser', 'createUser', ['user', 'phone', 'isAdmin', 'realName']],
    ['updatePassword', 'changePassword', ['oldPassword']],
    ['createBusiness', 'createBusiness', ['name', 'introduce', 'objective', 'scale']],
    ['auditBusiness', 'auditBusiness', ['comment']],
    ['registerPlatform', 'registerPlatform', ['name', 'protocol', 'host', 'description']],
    ['updatePlatform', 'updatePlatform', ['name', 'protocol', 'host', 'description']],
    ['addClusterLabel', 'addClusterLabel', ['clusterName', 'clusterLabel']],
    ['deleteClusterLabel', 'removeClusterLabel', ['clusterName']],
    ['addNodeLabel', 'addNodeLabel', ['nodeName', 'clusterName', 'nodeLabel']],
    ['deleteNodeLabel', 'removeNodeLabel', ['nodeName', 'clusterName', 'nodeLabel', 'deleteDeploy']],
  ])('%s and %s', (operation, mutation, fields) => {
    const [rest, graph] = [inREST(operation), inGraph(mutation)];
    const described = fields.map((field) => [field, rest[field]]);
    expect(described.filter(([, description]) => !description)).toEqual([]);
    expect(fields.map((field) => [field, graph[field]])).toEqual(described);
  });
});
