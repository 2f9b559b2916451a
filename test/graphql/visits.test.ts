import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startServer());
const strict = useServer(() => startServer({ GRAPHQL_INTROSPECTION: 'false' }));

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const visit = async (path: string, accept: string) =>
  fetch(server.url + path, { headers: { accept }, redirect: 'manual' });

test.each([
  ['/graphql', 'playground'],
  ['/graphql?query={__typename}', 'playground'],
  ['/graphql/', '../playground'],
])('a browser at %s is led to the Playground', async (path, location) => {
  const answer = await visit(path, BROWSER);
  expect([answer.status, answer.headers.get('location'), answer.headers.get('vary')]).toEqual([
    303,
    location,
    'Accept',
  ]);
  expect(new URL(location, server.url + path).pathname).toBe('/playground');
});

test.each(['*/*', 'application/json', 'application/json, text/html;q=0.5', 'text/htmlx, */*', ''])(
  'a program that accepts %j is answered by the graph',
  async (accept) => {
    const response = await fetch(`${server.url}/graphql?query={__typename}`, {
      headers: { accept, 'apollo-require-preflight': '1' },
      redirect: 'manual',
    });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  },
);

test('the SDL is what the repository has of it', async () => {
  const response = await fetch(`${server.url}/schema.graphql`);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  // In the order in which this process has loaded the classes.
  const linesOf = (text: string) => text.split('\n').toSorted();
  expect(linesOf(await response.text())).toEqual(linesOf(readFileSync('schema/schema.graphql', 'utf8')));
});

test('the SDL is refused as introspection is', async () => {
  const response = await fetch(`${strict.url}/schema.graphql`);
  const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
  const asked = await fetch(`${strict.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: '{ __schema { description } }' }),
  });
  expect([response.status, errors[0]?.message]).toEqual([asked.status, 'Introspection is switched off.']);
  const like = (await asked.json()) as { errors: { message: string; extensions: { code: string } }[] };
  expect(errors[0]).toMatchObject({
    message: like.errors[0]?.message,
    extensions: { code: like.errors[0]?.extensions.code },
  });
});
