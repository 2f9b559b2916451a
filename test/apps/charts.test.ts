import { upload as uploadFiles } from '../yamlgen/support/uploads.js';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { longestStall } from '../support/eventLoop.js';
import { type Tenant, newBusiness, ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { CHART, CHART_YAML, type Entry, METADATA, chartOf, formOf, tarOf } from './support/charts.js';

const LIMIT = 100_000;

const server = useServer(async () => startServer({ CHART_LIMIT: String(LIMIT) }));
let tenant: Tenant;
beforeAll(async () => {
  tenant = await newBusiness(server);
});
beforeEach(async () => {
  await server.database.query('delete from apps');
  await server.database.query('delete from charts');
});

async function upload(parts: Record<string, string | Buffer | undefined>, token = tenant.admin.token) {
  const response = await fetch(`${server.url}/v1/app/chart`, {
    method: 'POST',
    headers: { authorization: token },
    body: formOf({ appName: 'test', version: '1.1', ...parts }),
  });
  return { status: response.status, ...((await response.json()) as { message: string }) };
}

const stored = async () => {
  const { rows } = await server.database.query(
    'select a.name, a.version, a.chart, c.content from apps a left join charts c on c.digest = a.chart_digest',
  );
  return rows;
};

describe('what is a chart', () => {
  test('makes an application that has it', async () => {
    expect(await upload({ chart: CHART })).toEqual({ status: 200, code: 200, message: 'success' });
    const { rows } = await server.database.query('select id from apps');
    const id = Number(rows[0]?.['id']);
    const [row] = await stored();
    expect(Buffer.from(row?.['content'] as Uint8Array).equals(CHART)).toBe(true);
    const { data } = await ote(server, 'GET', `/app/${id}`, tenant.admin.token);
    expect(data).toMatchObject({ appName: 'test', version: '1.1', image: '', status: 1 });
    const answer = await query(
      server.url,
      `{ app(id: ${id}) { hasChart chart { name version apiVersion size } } apps(filter: { hasChart: { eq: true } }) { totalCount } }`,
      { token: tenant.admin.token },
    );
    const chart = { name: 'hello', version: '0.1.0', apiVersion: 'v2', size: CHART.length };
    expect(answer.data).toEqual({ app: { hasChart: true, chart }, apps: { totalCount: 1 } });
  });

  test('an archive that is not compressed is kept compressed', async () => {
    const plain = tarOf(METADATA);
    expect(await upload({ chart: plain })).toMatchObject({ status: 200 });
    const [row] = await stored();
    expect(gunzipSync(row?.['content'] as Buffer).equals(plain)).toBe(true);
  });

  test.each<[string, string]>([
    ['v1', 'apiVersion: v1\nname: a.b-c_d\nversion: 1.2.3-rc.1+build.5\n'],
    ['a type', `${CHART_YAML}type: application\n`],
    [
      'what else charts say',
      `${CHART_YAML}appVersion: "1.16"\ndependencies:\n  - name: x\n    version: 1.x\n`,
    ],
    ['a short version', 'apiVersion: v2\nname: a\nversion: "1.2"\n'],
  ])('%s', async (_what, content) => {
    expect(await upload({ chart: chartOf({ ...METADATA, content }) })).toMatchObject({ status: 200 });
  });

  test('in GraphQL, as base64', async () => {
    const document =
      'mutation ($input: UploadChartInput!) { uploadChart(input: $input) { app { name hasChart chart { name } } } }';
    const send = async (chart: string, appName = 'test') =>
      query(server.url, document, {
        token: tenant.admin.token,
        variables: { input: { appName, version: '1.1', chart } },
      });
    const { data, errors } = await send(CHART.toString('base64'));
    expect(errors).toEqual([]);
    expect(data).toEqual({
      uploadChart: { app: { name: 'test', hasChart: true, chart: { name: 'hello' } } },
    });
    const wrong = await send('%%%', 'Other');
    expect(wrong.errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.chart', message: 'must be base64' }],
    });
    const none = await send(Buffer.from('no chart').toString('base64'), 'other');
    expect(none.errors[0]?.extensions['fields']).toMatchObject([{ path: 'input.chart' }]);
    const large = await send(Buffer.alloc(LIMIT + 1).toString('base64'), 'other');
    expect(large.errors[0]?.message).toContain('CHART_LIMIT');
    expect(await stored()).toHaveLength(1);
  });

  test('in GraphQL, as a file', async () => {
    const document =
      'mutation ($input: UploadChartInput!) { uploadChart(input: $input) { app { name hasChart } } }';
    const { token } = tenant.admin;
    const send = async (content: Uint8Array, given: object = {}) =>
      uploadFiles(server.url, {
        document,
        variables: { input: { appName: 'test', version: '1.1', chartFile: null, ...given } },
        files: { 'input.chartFile': { name: 'hello.tgz', content } },
        token,
      });
    expect(await send(CHART)).toMatchObject({
      data: { uploadChart: { app: { name: 'test', hasChart: true } } },
    });
    const none = await send(Buffer.from('no chart'));
    expect(none.errors[0]?.extensions['fields']).toMatchObject([{ path: 'input.chartFile' }]);
    const wrong = { path: 'input.chart', message: 'either it or chartFile is required' };
    const both = await send(CHART, { chart: 'eA==' });
    expect(both.errors[0]?.extensions['fields']).toEqual([wrong]);
    const neither = await query(server.url, document, {
      token,
      variables: { input: { appName: 'test', version: '1.2' } },
    });
    expect(neither.errors[0]?.extensions['fields']).toEqual([wrong]);
    expect(await stored()).toHaveLength(1);
  });

  test('its application goes with it', async () => {
    await upload({ chart: CHART });
    const { rows } = await server.database.query('select id from apps');
    const appId = rows.map(({ id }) => Number(id));
    expect(await ote(server, 'DELETE', '/app', tenant.admin.token, { appId })).toMatchObject({ status: 200 });
    expect((await server.database.query('select * from charts')).rows).toEqual([]);
  });

  test('a version that is there already is a conflict, and nothing of the second is left', async () => {
    await upload({ chart: CHART });
    expect(await upload({ chart: tarOf(METADATA) })).toMatchObject({ status: 409 });
    expect(await stored()).toHaveLength(1);
    expect((await server.database.query('select * from charts')).rows).toHaveLength(1);
  });

  test('not for a system administrator, who has no business', async () => {
    expect(await upload({ chart: CHART }, await server.adminToken())).toMatchObject({ status: 403 });
  });
});

describe('what is none', () => {
  const yaml = (content: string): Buffer => chartOf({ ...METADATA, content });
  const beside = (entry: Entry): Buffer => chartOf(METADATA, entry);
  const files = (count: number): Entry[] =>
    Array.from({ length: count }, (_none, index) => ({ path: `hello/${index}` }));

  const REFUSED: [what: string, chart: () => Buffer, why: RegExp][] = [
    ['nothing', () => Buffer.alloc(0), /tar archive|Chart\.yaml/],
    ['a text', () => Buffer.from('no chart'.repeat(200)), /tar archive/],
    ['zeros', () => Buffer.alloc(10_240), /tar archive|Chart\.yaml/],
    ['a compressed text', () => gzipSync('no chart'.repeat(200)), /tar archive/],
    ['half of a compressed chart', () => CHART.subarray(0, CHART.length / 2), /gzip archive/],
    [
      'a changed compressed chart',
      () => CHART.map((byte, index) => (index === 60 ? byte ^ 255 : byte)) as Buffer,
      /archive/,
    ],
    ['half of an archive', () => tarOf(METADATA).subarray(0, 520), /tar archive/],
    [
      'an archive of wrong checksums',
      () => tarOf(METADATA).map((byte, i) => (i === 150 ? 55 : byte)) as Buffer,
      /tar archive/,
    ],
    ['a compressed archive within another', () => gzipSync(gzipSync(tarOf(METADATA))), /tar archive/],
    ['another compression', () => zstdCompressSync(tarOf(METADATA)), /tar archive/],
    ['no Chart.yaml', () => chartOf({ path: 'hello/values.yaml', content: 'a' }), /has no Chart\.yaml/],
    [
      'Chart.yaml in no folder',
      () => chartOf({ path: 'Chart.yaml', content: CHART_YAML }),
      /has no Chart\.yaml/,
    ],
    [
      'Chart.yaml too deep',
      () => chartOf({ path: 'a/b/Chart.yaml', content: CHART_YAML }),
      /has no Chart\.yaml/,
    ],
    [
      'a folder of that name',
      () => chartOf({ path: 'hello/Chart.yaml', type: 'Directory' }),
      /has no Chart\.yaml/,
    ],
    ['two of them', () => beside({ path: 'other/Chart.yaml', content: CHART_YAML }), /more than one/],
    ['too large a one', () => yaml(`${CHART_YAML}# ${'x'.repeat(70_000)}`), /above/],
    [
      'Latin-1',
      () => chartOf({ ...METADATA, content: Buffer.from(`${CHART_YAML}description: caf\xe9\n`, 'latin1') }),
      /not in UTF-8/,
    ],
    [
      'UTF-16',
      () => chartOf({ ...METADATA, content: Buffer.from(`\ufeff${CHART_YAML}`, 'utf16le') }),
      /not in UTF-8/,
    ],
    ['no YAML', () => yaml('a: [b'), /no valid YAML: line 1/],
    ['YAML of another kind', () => yaml('- a'), /Chart\.yaml in which it/],
    ['aliases', () => yaml(`${CHART_YAML}a: &a 1\nb: *a\n`), /aliases/],
    ['no name', () => yaml('apiVersion: v2\nversion: 1.0.0\n'), /name must be a text/],
    ['a name with /', () => yaml('apiVersion: v2\nname: a/b\nversion: 1.0.0\n'), /name must have/],
    ['no version', () => yaml('apiVersion: v2\nname: a\n'), /version must be a text/],
    [
      'a number for a version',
      () => yaml('apiVersion: v2\nname: a\nversion: 1.2\n'),
      /version must be a text/,
    ],
    [
      'a version that is none',
      () => yaml('apiVersion: v2\nname: a\nversion: latest\n'),
      /version must be a semantic/,
    ],
    [
      'an unknown apiVersion',
      () => yaml('apiVersion: v3\nname: a\nversion: 1.0.0\n'),
      /apiVersion must be v1 or v2/,
    ],
    ['a library', () => yaml(`${CHART_YAML}type: library\n`), /library cannot be installed/],
    ['a path that climbs', () => beside({ path: 'hello/../../etc/passwd' }), /leads out/],
    ['an absolute path', () => beside({ path: '/etc/passwd' }), /leads out/],
    ['a path of Windows', () => beside({ path: String.raw`hello\..\..\x` }), /leads out/],
    ['a drive', () => beside({ path: 'C:/x' }), /leads out/],
    [
      'a symbolic link',
      () => beside({ path: 'hello/a', type: 'SymbolicLink', linkpath: '/etc/passwd' }),
      /link/,
    ],
    ['a hard link', () => beside({ path: 'hello/a', type: 'Link', linkpath: 'hello/Chart.yaml' }), /link/],
    ['a device', () => beside({ path: 'hello/a', type: 'CharacterDevice' }), /no file|tar archive/],
    ['a pipe', () => beside({ path: 'hello/a', type: 'FIFO' }), /no file|tar archive/],
    ['very many files', () => chartOf(METADATA, ...files(5001)), /more than 5000 files/],
    ['a bomb', () => beside({ path: 'hello/a', content: Buffer.alloc(21_000_000) }), /when unpacked/],
    [
      'a bomb that says that it is none',
      () => gzipSync(Buffer.concat([tarOf(METADATA), Buffer.alloc(21_000_000)])),
      /when unpacked/,
    ],
  ];
  test.each(REFUSED)('%s', async (_what, chart, why) => {
    const content = chart();
    expect(content.length).toBeLessThan(LIMIT);
    const answer = await upload({ chart: content });
    expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(/^chart: is no chart: it /) });
    expect(answer.message).toMatch(why);
    expect(await stored()).toEqual([]);
  });

  test.each<[string, Record<string, string | Buffer | undefined>, RegExp]>([
    ['no name', { appName: undefined, chart: CHART }, /^appName: is required/],
    ['a wrong name', { appName: 'A', chart: CHART }, /^appName: must have/],
    ['a wrong version', { version: '1', chart: CHART }, /^version: must be/],
    ['no file', { chart: undefined }, /^chart: must be a file/],
    ['a text instead of the file', { chart: 'chart' }, /^chart: must be a file/],
    ['a file instead of the name', { appName: CHART }, /appName: /],
    ['two files', { chart: CHART, other: CHART }, /one file/],
    ['a long text', { appName: 'a'.repeat(5000), chart: CHART }, /appName: must not exceed/],
  ])('%s', async (_what, parts, why) => {
    const answer = await upload(parts);
    expect(answer).toMatchObject({ status: 422, message: expect.stringMatching(why) });
    expect(await stored()).toEqual([]);
  });

  const pax = `1000 comment=${'x'.repeat(984)}\n`.repeat(30);
  test.each<[string, Buffer]>([
    ['zeros after the end', gzipSync(Buffer.concat([tarOf(METADATA), Buffer.alloc(20_000_000)]))],
    ['one large file', chartOf(METADATA, { path: 'hello/a', content: Buffer.alloc(20_000_000) })],
    [
      'headers of headers',
      chartOf(
        ...Array.from({ length: 300 }, () => ({ path: 'a', type: 'ExtendedHeader' as const, content: pax })),
      ),
    ],
    ['a Chart.yaml of depth', chartOf({ ...METADATA, content: '['.repeat(32_000) })],
    ['a Chart.yaml of keys', chartOf({ ...METADATA, content: 'a: 1\n'.repeat(6000) })],
  ])('%s does not hold others up', async (_what, chart) => {
    expect(chart.length).toBeLessThan(LIMIT);
    const stall = await longestStall(async () => upload({ chart }));
    expect(stall).toBeLessThan(1000);
  });

  test('a file above CHART_LIMIT', async () => {
    for (const size of [LIMIT + 1, LIMIT + 65_000, LIMIT + 500_000])
      expect(await upload({ chart: Buffer.alloc(size, 1) })).toMatchObject({ status: 413 });
    expect(await upload({ chart: Buffer.alloc(LIMIT, 1) })).toMatchObject({ status: 422 });
  });
});
