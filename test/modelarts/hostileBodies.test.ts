import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { readString } from '../../src/domains/modelarts/graph/answered.js';
import { useServer } from '../support/useServer.js';
import { startModelArts } from './support/world.js';

const world = useServer(async () => startModelArts());
beforeEach(() => world.fake.reset());

const MiB = 1_048_576;
const DOCUMENT = `query ($platform: ID!) { platform(id: $platform) { modelArts { notebooks {
  show(id: "x") { id lease { duration } } } quotas { show { __typename } } } } }`;

interface Shown {
  platform: { modelArts: { notebooks: { show: unknown }; quotas: { show: unknown } } };
}

/** Answers these bytes as a notebook; what is asked beside it is answered whatever they are. */
async function show(body: string | Buffer, headers: Record<string, string> = {}) {
  world.fake.instead('showNotebook', (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body);
  });
  const { data, errors } = await world.ask<Shown>(DOCUMENT);
  expect(data?.platform.modelArts.quotas.show).toEqual({ __typename: expect.any(String) as string });
  return { notebook: data?.platform.modelArts.notebooks.show, errors };
}

describe('an answer is refused', () => {
  test.each<[string, string | Buffer, Record<string, string>]>([
    ['that is no UTF-8', Buffer.from('{"id":"\xff"}', 'latin1'), {}],
    [
      'that is far more once it is decoded',
      gzipSync(`{"id":"${'x'.repeat(64 * MiB)}"}`),
      { 'Content-Encoding': 'gzip' },
    ],
    ['that nests too deeply where nobody looks', `{"other":${'['.repeat(600)}${']'.repeat(600)}}`, {}],
    ['of too many values where nobody looks', `{"other":[${'[],'.repeat(200_000)}[]]}`, {}],
    ['that ends in a number', '{"id":1', {}],
  ])('%s', async (_what, body, headers) => {
    const { notebook, errors } = await show(body, headers);
    expect(notebook).toBeNull();
    expect(errors).toMatchObject([
      { path: ['platform', 'modelArts', 'notebooks', 'show'], extensions: { code: 'UPSTREAM_ERROR' } },
    ]);
  });
});

describe('an answer is read', () => {
  test.each<[string, string, object]>([
    ['whose names are escaped', String.raw`{"\u0069d":"a"}`, { id: 'a', lease: null }],
    ['whose names come twice', '{"id":"a","lease":1,"id":"b","lease":null}', { id: 'b', lease: null }],
    [
      'with a number that loses digits elsewhere',
      '{"other":1e400,"lease":{"duration":9007199254740993}}',
      { id: null, lease: { duration: '9007199254740993' } },
    ],
    ['of nearly too many values', `{"id":"a","other":[${'1,'.repeat(190_000)}1]}`, { id: 'a', lease: null }],
  ])('%s', async (_what, body, notebook) => {
    expect(await show(body)).toEqual({ notebook, errors: [] });
  });

  test('with a number of a million digits, of which few are told', async () => {
    const { notebook, errors } = await show(`{"id":"a","lease":{"duration":${'7'.repeat(MiB)}}}`);
    expect(notebook).toEqual({ id: 'a', lease: { duration: null } });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(/answers 7{100}… as duration/);
  });
});

test('what is described otherwise is written down once, however many links lead there', () => {
  let written = 0;
  const value = {
    toJSON: () => {
      written += 1;
      return 'value';
    },
  };
  const platform = { id: 'p', projectId: null };
  const read = () => readString(value, 'name', { platform, pending: [], times: 1 });
  expect(read()).toMatchObject({ message: expect.stringContaining('"value" as name') as string });
  expect(read()).toBeInstanceOf(Error);
  expect(written).toBe(1);
});
