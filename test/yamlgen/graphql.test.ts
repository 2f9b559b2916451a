import { unzipSync } from 'fflate';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../graphql/socket.js';
import { type Person, type Tenant, newBusiness, newUser } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { PATIENT } from './support/calls.js';
import { generate } from './support/uploads.js';
import { EXAMPLE, HOSTS, file, workbook } from './support/workbooks.js';

const server = useServer(() => startServer({}, PATIENT));
let tenant: Tenant;
let stranger: Person;
beforeAll(async () => {
  tenant = await newBusiness(server);
  stranger = await newUser(server);
});
beforeEach(async () => {
  await server.database.query('delete from yaml_jobs');
});

const ask = async (document: string, token = tenant.admin.token, variables: object = {}) =>
  query(server.url, document, { token, variables });

test('generates the worked example, and keeps it', async () => {
  const { data, errors } = await generate(server.url, tenant.admin.token);
  expect(errors).toEqual([]);
  const { yamlJob, files, ...rest } = data?.generateYaml ?? { yamlJob: null, files: [] };
  expect(rest).toEqual({ unusedColumns: [], missingValues: [], missingCount: 0 });
  expect(files.map(({ name }) => name)).toEqual(EXAMPLE.templates.map(({ name }) => name));
  expect(yamlJob).toMatchObject({
    site: 'ZZ',
    ceeVersion: 'drop35',
    projectName: 'south',
    status: 'SUCCESS',
    fileNames: files.map(({ name }) => name),
    business: { id: String(tenant.id) },
  });
  const zip = Buffer.from(String(yamlJob?.['content']), 'base64');
  expect(zip.length).toBe(yamlJob?.['size']);
  expect(
    Object.entries(unzipSync(zip)).map(([name, text]) => ({ name, text: Buffer.from(text).toString() })),
  ).toEqual(files);
  expect(await ask('{ yamlJobs { totalCount nodes { id projectName } } }')).toMatchObject({
    data: { yamlJobs: { totalCount: 1, nodes: [{ id: yamlJob?.['id'], projectName: 'south' }] } },
  });
  expect(await ask(`{ yamlJob(id: "${String(yamlJob?.['id'])}") { id } }`, stranger.token)).toMatchObject({
    data: { yamlJob: null },
  });
});

test('a dry run answers the texts, what is unused and what is missing, and keeps nothing', async () => {
  const { data, errors } = await generate(server.url, tenant.admin.token, {
    workbook: file('w.xlsx', workbook({ hosts: HOSTS })),
    templates: [file('hosts.yaml', '{% for h in hosts %}\n{{ h.name }}: {{ h.vlan }}\n{% endfor %}\n')],
    dryRun: true,
  });
  expect(errors).toEqual([]);
  expect(data?.generateYaml).toEqual({
    yamlJob: null,
    files: [{ name: 'hosts.yaml', text: 'h1: 100\nh2: \n' }],
    unusedColumns: [{ sheet: 'hosts', column: 'ip' }],
    missingValues: [{ sheet: 'hosts', row: 3, column: 'vlan' }],
    missingCount: 1,
  });
  expect(await ask('{ yamlJobs { totalCount } }')).toMatchObject({ data: { yamlJobs: { totalCount: 0 } } });
});

test('what is wrong is named by the fields of the input', async () => {
  const answers = await Promise.all([
    generate(server.url, tenant.admin.token, { site: 'XX' }),
    generate(server.url, tenant.admin.token, { workbook: file('w.xlsx', 'x') }),
    generate(server.url, tenant.admin.token, { templates: [file('hosts.yaml', '{{ x }}')] }),
  ]);
  expect(answers.map(({ errors }) => errors[0]?.extensions)).toMatchObject([
    { code: 'BAD_USER_INPUT', fields: [{ path: 'input.site', message: 'must be one of GZ, ZZ' }] },
    {
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.excel', message: 'w.xlsx: it is no Excel workbook (.xlsx)' }],
    },
    {
      code: 'BAD_USER_INPUT',
      fields: [{ path: 'input.yaml', message: 'hosts.yaml, line 1: "x" is not defined' }],
    },
  ]);
});

test('deletes several, all or none', async () => {
  const made = [
    await generate(server.url, tenant.admin.token),
    await generate(server.url, tenant.admin.token),
  ];
  const ids = made.map(({ data }) => data?.generateYaml.yamlJob?.['id']);
  const remove =
    'mutation ($input: DeleteYamlJobsInput!) { deleteYamlJobs(input: $input) { yamlJobs { id } } }';
  const unknown = '0'.repeat(32);
  for (const [token, wanted] of [
    [tenant.admin.token, [...ids, unknown]],
    [stranger.token, ids],
  ] as const)
    expect(await ask(remove, token, { input: { ids: wanted } })).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  expect(await ask(remove, tenant.admin.token, { input: { ids } })).toMatchObject({
    data: { deleteYamlJobs: { yamlJobs: ids.map((id) => ({ id })) } },
  });
  expect(await ask('{ yamlJobs { totalCount } }')).toMatchObject({ data: { yamlJobs: { totalCount: 0 } } });
});

test('one answer holds no more than 32 MiB of results', async () => {
  await server.database.query(
    `with made as (insert into yaml_jobs (id, created_at, updated_at, business_id, owner_id, site, cee_version, project_name,
         status, file_names, size)
       select md5(n::text), now(), now(), $1, 1, 'GZ', 'drop28', 'p', 'SUCCESS', '[]', 12000000 from generate_series(1, 3) n
       returning id)
     insert into yaml_results select id, 'x' from made`,
    [tenant.id],
  );
  expect(await ask('{ yamlJobs(first: 2) { nodes { content } } }')).toMatchObject({
    data: { yamlJobs: { nodes: [{ content: 'eA==' }, { content: 'eA==' }] } },
  });
  expect(await ask('{ yamlJobs { nodes { content } } }')).toMatchObject({
    errors: expect.arrayContaining([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) }),
    ]),
  });
});

test('a subscription tells its business of jobs that are done, and nobody else', async () => {
  const listening = vi.spyOn(server.database.notifications, 'subscribe');
  const sockets = [tenant.admin.token, stranger.token].map((token) => connect(server.url, { token }));
  const query = 'subscription { yamlJobUpdated { id projectName } }';
  const [own, foreign] = sockets.map(({ results }) => results({ query }).next());
  await expect.poll(() => listening.mock.calls.length).toBe(2);
  const idOf = async (token: string) =>
    (await generate(server.url, token)).data?.generateYaml.yamlJob?.['id'];
  const first = await idOf(tenant.admin.token);
  expect(await own).toMatchObject({ data: { yamlJobUpdated: { id: first, projectName: 'south' } } });
  const second = await idOf(stranger.token);
  expect(await foreign).toMatchObject({ data: { yamlJobUpdated: { id: second } } });
  for (const { close } of sockets) close();
});
