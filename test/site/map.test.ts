import { readFileSync, readdirSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { domainOfType, graphOf, viewOf } from '../../src/site/playground/client/map/graphModel.js';
import { picture, type Box, BOX } from '../../src/site/playground/client/map/layout.js';
import { operationOfField, operationOfType } from '../../src/site/playground/client/map/operation.js';

const root = new URL('../../', import.meta.url);
const graph = graphOf(buildSchema(readFileSync(new URL('schema/schema.graphql', root), 'utf8')));

/** The folders of src/domains, as the map calls them. */
const FOLDERS: Readonly<Record<string, string>> = {
  apps: 'applications',
  datacenters: 'data-centers',
  deployments: 'deployments',
  edge: 'clusters',
  identity: 'users-and-businesses',
  images: 'images',
  jobs: 'jobs',
  platforms: 'platforms',
  yamlgen: 'yaml',
};

/** Names of the classes that a domain makes types of the graph. */
function typesOf(folder: string): string[] {
  const below = new URL(`src/domains/${folder}/`, root);
  const files = readdirSync(below, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const [, ...classes] = readFileSync(new URL(file, below), 'utf8').split('@ObjectType(');
    return classes
      .map((text) => /\bclass (\w+)/.exec(text)?.[1] ?? '')
      .filter((name) => graph.schema.getType(name));
  });
}

const operations = [
  ...[...graph.types.keys()].map((name) => [name, operationOfType(graph, name)] as const),
  ...graph.roots.flatMap((type) =>
    Object.values(type.getFields()).map(
      (field) => [`${type.name}.${field.name}`, operationOfField(type, field)] as const,
    ),
  ),
];

describe('domains of the map', () => {
  test.for(Object.entries(FOLDERS))('the types of %s are in %s', ([folder, domain]) => {
    const types = typesOf(folder);
    expect(types).not.toEqual([]);
    const strangers = types
      .map((name) => [name, domainOfType(graph, name)?.id])
      .filter(([, found]) => found !== undefined && found !== domain);
    expect(strangers).toEqual([]);
  });

  test('none holds more than a person can look through', () => {
    const sizes = graph.domains.map((domain) => [domain.name, viewOf(graph, domain).length]);
    expect(sizes.filter(([, size]) => Number(size) > 75)).toEqual([]);
  });
});

describe('from a type to the Playground', () => {
  test('each type and each field of the roots has an operation, which is valid', () => {
    expect(operations.length).toBeGreaterThan(400);
    const flaws = operations.flatMap(([name, operation]) => {
      if (!operation) return [[name, 'nothing leads to it']];
      return validate(graph.schema, parse(operation.query)).map(({ message }) => [name, message]);
    });
    expect(flaws).toEqual([]);
  });

  test('what an operation needs is a variable', () => {
    expect(operationOfType(graph, 'ModelArtsNotebookResp')).toMatchInlineSnapshot(`
      {
        "query": "query ModelArtsAllNotebooks {
        modelArtsAll {
          notebooks {
            nodes {
              description
              failReason
              flavor
              id
              name
              status
              token
              url
              workspaceId
              feature
              billingItems
              ip
            }
          }
        }
      }
      ",
        "variables": {},
      }
    `);
    expect(operationOfType(graph, 'Platform')).toMatchInlineSnapshot(`
      {
        "query": "query Platforms {
        platforms {
          nodes {
            createdAt
            updatedAt
            id
            name
            kind
            protocol
            host
            port
            description
            tlsCa
            tlsVerify
            region
          }
        }
      }
      ",
        "variables": {},
      }
    `);
  });
});

describe('the drawing of a domain', () => {
  const overlaps = (one: Box, other: Box): boolean =>
    one !== other &&
    Math.abs(one.x - other.x) < BOX.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height;

  test.for(graph.domains)('$name: boxes lie apart, and an arrow stands for each link', (domain) => {
    const types = viewOf(graph, domain);
    const { boxes, arrows, width, height } = picture(types);
    expect(boxes).toHaveLength(types.length);
    expect(boxes.filter((box) => boxes.some((other) => overlaps(box, other)))).toEqual([]);
    for (const { x, y } of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThan(width);
      expect(y).toBeLessThan(height);
    }
    const names = new Set(types.map(({ name }) => name));
    const links = types.flatMap((type) => type.links.filter(({ target }) => names.has(target)));
    expect(arrows).toHaveLength(links.length);
  });
});
