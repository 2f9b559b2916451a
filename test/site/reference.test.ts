import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../../src/site/playground/client/map/graphModel.js';
import { operationOfWay } from '../../src/site/playground/client/map/operation.js';
import { counterpartOf, COUNTERPARTS } from '../../src/site/playground/client/reference/counterparts.js';
import { curlOf } from '../../src/site/playground/client/reference/curl.js';
import { forTrying } from '../../src/site/playground/client/reference/forTrying.js';
import { forwardedUrl } from '../../src/site/playground/client/reference/forwarding.js';
import type { Document, Operation } from '../../src/site/playground/client/reference/openapi.js';

const read = (path: string): string => readFileSync(new URL(`../../schema/${path}`, import.meta.url), 'utf8');
const NAMES = ['platform', 'ote', 'optimus', 'modelarts'] as const;
const documents = NAMES.map((name) => ({
  name,
  document: forTrying(JSON.parse(read(`openapi/${name}.json`)) as Document),
}));
const [platform, ote] = documents.map(({ document }) => document);

interface Row {
  document: Document;
  path: string;
  method: string;
  operation: Operation;
}

const rows: Row[] = documents.flatMap(({ document }) =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ document, path, method, operation })),
  ),
);

const ORIGIN = 'http://127.0.0.1:11000';

describe('what is tried out', () => {
  test('nothing optional is filled in, and no GET has a body', () => {
    const filled = rows.flatMap(({ operation: { operationId, parameters = [] } }) =>
      parameters
        .filter(({ required }) => !required)
        .filter(({ example, schema }) =>
          [example, schema?.example, schema?.default].some((value) => value !== undefined),
        )
        .map(({ name }) => [operationId, name]),
    );
    expect(filled).toEqual([]);
    const bodies = rows.filter(({ method, operation }) => method === 'get' && operation.requestBody);
    expect(bodies).toEqual([]);
  });

  test('what was filled in is told', () => {
    const parameters = ote?.paths['/cluster']?.['get']?.parameters ?? [];
    expect(parameters.find(({ name }) => name === 'page')?.description).toBe(
      'Page number, from 1; for example 1',
    );
  });

  test('a platform is chosen wherever one is named', () => {
    const named = rows.filter(({ operation }) =>
      operation.parameters?.some(
        ({ name, schema }) => name === 'Plat-Route-Id' && schema?.format === 'platform',
      ),
    );
    expect(named).toHaveLength(6 + 182);
  });

  test.for([
    ['a path with slashes', 'api%2Fmodel%2Ftask', 'api/model/task'],
    ['a slash at its start', '%2Ftask.json', 'task.json'],
    ['a query', 'tasks%3Fpage%3D1%26name%3Da%2520b', 'tasks?page=1&name=a%20b'],
    ['the registry itself', 'v1/routes/04ed', 'v1/routes/04ed'],
  ] as const)('forwarding sends %s as it was typed', ([, written, sent]) => {
    const url = `${ORIGIN}/sys/transmit/`;
    expect(platform && forwardedUrl(platform, url + written)).toBe(url + sent);
    expect(ote && forwardedUrl(ote, url + written)).toBe(url + written);
  });
});

describe('an operation elsewhere', () => {
  const graph = graphOf(buildSchema(read('schema.graphql')));

  test('each has a counterpart in the graph, and each counterpart an operation', () => {
    const flaws = rows.flatMap(({ operation }) => {
      const way = counterpartOf(operation);
      const counterpart = way === undefined ? undefined : operationOfWay(graph, way);
      if (!counterpart) return [[operation.operationId, way]];
      return validate(graph.schema, parse(counterpart.query)).map(({ message }) => [
        operation.operationId,
        message,
      ]);
    });
    expect(flaws).toEqual([]);
    const known = new Set(rows.map(({ operation }) => operation.operationId));
    expect(Object.keys(COUNTERPARTS).filter((id) => !known.has(id))).toEqual([]);
  });

  test('each is a command that a shell understands', () => {
    const commands = rows.map(({ document, path, method }) => curlOf(document, path, method, ORIGIN));
    expect(commands.filter((command) => !command.startsWith('curl -s'))).toEqual([]);
    // Each calls this one once, and nothing else, whatever its samples hold.
    const shell = ['curl() { echo "$1"; }', 'TOKEN=secret', ...commands].join('\n');
    const calls = execFileSync('/bin/sh', { input: shell, encoding: 'utf8' });
    expect(calls).toBe('-s\n'.repeat(rows.length));
  });

  test('a command has what the operation needs', () => {
    expect(platform && curlOf(platform, '/v1/routes', 'post', ORIGIN)).toMatchInlineSnapshot(`
      "curl -s -X POST 'http://127.0.0.1:11000/sys/transmit/v1/routes' \\
        -H "X-Access-Token: $TOKEN" \\
        -H 'Content-Type: application/json' \\
        -d '{"name":"name1","protocol":"https","host":"10.125.29.111","port":"30000","description":""}'"
    `);
    expect(platform && curlOf(platform, '/{uri}', 'get', ORIGIN)).toMatchInlineSnapshot(`
      "curl -s 'http://127.0.0.1:11000/sys/transmit/api/model/evaluation/task/detail/04eddffb-1eff-4150-8ffa-8d6ee0a028a8' \\
        -H 'Plat-Route-Id: {Plat-Route-Id}' \\
        -H "X-Access-Token: $TOKEN""
    `);
    expect(ote && curlOf(ote, '/cluster', 'get', ORIGIN)).toMatchInlineSnapshot(`
      "curl -s 'http://127.0.0.1:11000/v1/cluster' \\
        -H "Authorization: $TOKEN""
    `);
  });
});
