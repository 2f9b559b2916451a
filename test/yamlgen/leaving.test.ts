import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { newBusiness } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { PATIENT, formOf, yamlGen } from './support/calls.js';
import { HOSTS, file, withPart, workbook } from './support/workbooks.js';

const LIMITS = { ...PATIENT.yamlLimits, atOnce: 1, ofOne: 1 };
const server = useServer(() => startServer({}, { yamlLimits: LIMITS }));

const WORKBOOK = workbook({ hosts: HOSTS });
const TEMPLATES = [file('hosts.yaml', 'a: 1\n')];
const withLinks = (ref: string, count: number) =>
  file(
    'links.xlsx',
    withPart(WORKBOOK, 'xl/worksheets/sheet1.xml', (text) => {
      const links = Array.from(
        { length: count },
        (_, index) => `<hyperlink ref="${ref}" location="${index}"/>`,
      );
      return text.replace('</worksheet>', `<hyperlinks>${links.join('')}</hyperlinks></worksheet>`);
    }),
  );
/** Each of the links is given to each of the cells. */
const ENDLESS = { workbook: withLinks('A1:Z1000', 200_000), templates: TEMPLATES };

test('what nobody waits for any more is ended, and holds no place', async () => {
  const { admin } = await newBusiness(server);
  const { generate } = yamlGen(server, () => admin.token);
  const begun = once(process, 'worker');
  const leaving = new AbortController();
  const answer = fetch(`${server.url}/api/v1/config/yaml_gen?site=GZ&cee_ver=28&pjt_name=p`, {
    method: 'POST',
    headers: { authorization: admin.token },
    body: formOf(ENDLESS),
    signal: leaving.signal,
  });
  await begun;
  const small = { workbook: file('w.xlsx', WORKBOOK), templates: TEMPLATES };
  expect((await generate(small)).status).toBe(429);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(async () => (await generate(small)).status).toBe(201);
});

test.each([
  ['too long', ENDLESS.workbook, { time: 3000 }, 'excel: links.xlsx: the files take longer than 3 s'],
  [
    'too much',
    withLinks('A1:XFD1048576', 1),
    { memory: 64 },
    'excel: links.xlsx: the files need more than 64 MiB of memory',
  ],
])('a workbook that takes %s is named', async (_what, slow, limits, message) => {
  const at = await startServer({}, { yamlLimits: { ...LIMITS, ...limits } });
  onTestFinished(() => at.stop());
  const { admin } = await newBusiness(at);
  const { generate } = yamlGen(at, () => admin.token);
  expect(await generate({ workbook: slow, templates: TEMPLATES })).toEqual({
    status: 400,
    body: { status: false, code: 400, message, data: null },
  });
});
