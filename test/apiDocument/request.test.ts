import { describe, expect, test } from 'vitest';
import { exactNumber } from '../../src/kernel/exactJson.js';
import { apiDocumentOf } from '../../src/openapi/document.js';
import { requestOf } from '../../src/openapi/request.js';
import { documentWith } from './support/documents.js';

function requestFor(
  operation: Record<string, unknown>,
  args: Record<string, unknown>,
  parts: { path?: string; method?: string } = {},
) {
  const found = apiDocumentOf(documentWith(operation, { method: 'post', ...parts })).operations.get('it');
  if (!found) throw new Error('no operation');
  return requestOf(found, args);
}

const LIST = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200 };

/** The examples of OpenAPI 3.1 (4.8.12.4), of RFC 6570 where that has other ones. */
describe('a parameter is written in its style', () => {
  test.each<[string, boolean, unknown, string]>([
    ['form', false, '', 'color='],
    ['form', false, 'blue', 'color=blue'],
    ['form', false, LIST, 'color=blue,black,brown'],
    ['form', false, OBJECT, 'color=R,100,G,200'],
    ['form', true, LIST, 'color=blue&color=black&color=brown'],
    ['form', true, OBJECT, 'R=100&G=200'],
    ['spaceDelimited', false, LIST, 'color=blue%20black%20brown'],
    ['pipeDelimited', false, LIST, 'color=blue%7Cblack%7Cbrown'],
    ['deepObject', true, OBJECT, 'color%5BR%5D=100&color%5BG%5D=200'],
    ['form', true, 'a b&c=d/é+%', 'color=a%20b%26c%3Dd%2F%C3%A9%2B%25'],
    ['form', true, "!'()*~", 'color=%21%27%28%29%2A~'],
    ['form', true, exactNumber('9007199254740993'), 'color=9007199254740993'],
    ['form', true, [true, 1.5], 'color=true&color=1.5'],
    ['form', false, [], ''],
  ])('in the query: %s, exploded %s, of %j', (style, explode, value, query) => {
    const { path } = requestFor(
      { parameters: [{ name: 'color', in: 'query', style, explode, schema: {} }] },
      { color: value },
    );
    expect(path).toBe(query === '' ? '/things' : `/things?${query}`);
  });

  test.each<[string, boolean, unknown, string]>([
    ['simple', false, 'blue', 'blue'],
    ['simple', false, LIST, 'blue,black,brown'],
    ['simple', false, OBJECT, 'R,100,G,200'],
    ['simple', true, OBJECT, 'R=100,G=200'],
    ['label', false, 'blue', '.blue'],
    ['label', false, LIST, '.blue,black,brown'],
    ['label', true, LIST, '.blue.black.brown'],
    ['label', true, OBJECT, '.R=100.G=200'],
    ['matrix', false, 'blue', ';color=blue'],
    ['matrix', false, LIST, ';color=blue,black,brown'],
    ['matrix', true, LIST, ';color=blue;color=black;color=brown'],
    ['matrix', false, OBJECT, ';color=R,100,G,200'],
    ['matrix', true, OBJECT, ';R=100;G=200'],
    ['simple', false, 'a/b?c#d', 'a%2Fb%3Fc%23d'],
  ])('in the path: %s, exploded %s, of %j', (style, explode, value, text) => {
    const { path } = requestFor(
      { parameters: [{ name: 'color', in: 'path', style, explode, schema: {} }] },
      { color: value },
      { path: '/a b/{color}/é%2f{' },
    );
    expect(path).toBe(`/a%20b/${text}/%C3%A9%2f%7B`);
  });

  test('in a header, as JSON, and with reserved characters', () => {
    const request = requestFor(
      {
        parameters: [
          { name: 'X-Color', in: 'header', explode: true },
          { name: 'where', in: 'query', content: { 'application/json': {} } },
          { name: 'at', in: 'query', allowReserved: true },
          { name: 'none', in: 'query' },
        ],
      },
      { 'X-Color': OBJECT, where: { a: [1] }, at: '/a?b=c&d+e', none: null },
    );
    expect(request).toEqual({
      method: 'POST',
      path: '/things?where=%7B%22a%22%3A%5B1%5D%7D&at=/a?b=c%26d%2Be',
      headers: { 'x-color': 'R=100,G=200' },
    });
  });
});

describe('a body is written in its media type', () => {
  const bodyOf = (mediaType: string, body: unknown) =>
    requestFor({ requestBody: { content: { [mediaType]: { schema: {} } } } }, { body });

  test.each<[string, unknown, string, unknown]>([
    ['application/json', { a: 1 }, 'application/json', { a: 1 }],
    ['*/*', { a: 1 }, 'application/json', { a: 1 }],
    ['application/merge-patch+json', [1], 'application/merge-patch+json', [1]],
    ['application/json', 'text', 'application/json', '"text"'],
    ['application/json', 7, 'application/json', '7'],
    ['application/json', exactNumber('1e400'), 'application/json', exactNumber('1e400')],
    [
      'application/x-www-form-urlencoded',
      { a: 'b c', d: [1, 2], e: { f: 1 } },
      'application/x-www-form-urlencoded',
      'a=b%20c&d=1&d=2&e=%7B%22f%22%3A1%7D',
    ],
    ['text/plain', 'text', 'text/plain', 'text'],
    ['application/xml', '<a/>', 'application/xml', '<a/>'],
  ])('%s of %j', (mediaType, value, sent, body) => {
    expect(bodyOf(mediaType, value)).toEqual({
      method: 'POST',
      path: '/things',
      headers: { 'content-type': sent },
      body,
    });
  });

  test('none is sent where none is given', () => {
    expect(bodyOf('application/json', undefined)).toEqual({ method: 'POST', path: '/things', headers: {} });
  });

  test('the object itself is sent, whose digits are noted', () => {
    const value = { a: 1 };
    expect(bodyOf('application/json', value).body).toBe(value);
  });
});
