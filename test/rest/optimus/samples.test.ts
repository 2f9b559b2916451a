import { beforeEach, test } from 'vitest';
import { DATA_CENTER_SECRETS } from '../../../src/domains/datacenters/dataCenter.secrets.js';
import { SECRET_KEY, seal } from '../../identity/support/world.js';
import { FakeClouds } from '../../support/clouds.js';
import { Contract, readDocument } from '../../support/contract.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { ADMIN, startServer } from '../../support/server.js';
import { formOf } from '../../yamlgen/support/calls.js';
import { EXAMPLE } from '../../yamlgen/support/workbooks.js';
import { useServer } from '../../support/useServer.js';

interface OptimusSample extends Sample {
  /** Whether there is a data center, and of which mode. */
  given?: 'online' | 'offline' | 'yaml';
  request: Sample['request'] & {
    /** Of the worked example, by their fields. */
    files?: { excel: string; yaml: string };
  };
  /** Whether that has a record, and what became of it. */
  record?: 'successful' | 'failed';
}

const DATA_CENTER = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a04';
const RUN = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a05';

const YAML_JOB = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a06';
const RECORD = '0b7b1e2c5d1f4c1e9a516f1f1f0a7a06';

const contract = new Contract(readDocument('optimus'));
const samples = readSamples<OptimusSample>(`${import.meta.dirname}/samples`);

const clouds = new FakeClouds();
clouds.add('lcm_ip');
const server = useServer(() => startServer({ SECRET_KEY }, { cloudConnector: clouds }));
let tokens: { access_token: string; refresh_token: string };
beforeEach(async () => {
  await server.database.query('delete from data_centers');
  await server.database.query('delete from task_runs');
  await server.database.query('delete from yaml_jobs');
  const body = { name: ADMIN.user, password: ADMIN.password };
  const response = await send(`${server.url}/api/v1/login`, { method: 'POST', body });
  tokens = ((await response.json()) as { data: typeof tokens }).data;
});

/** With two tasks, of which one is paused, and a run that failed. */
async function insertDataCenter(mode: 'online' | 'offline'): Promise<void> {
  const password = seal('lcm_pwd', DATA_CENTER_SECRETS.contextOf(DATA_CENTER));
  await server.database.query(
    `insert into data_centers (id, created_at, updated_at, owner_id, name, mode, country, province, city, system_name,
       cee_version, lcm_ip, lcm_user, lcm_pwd, openstackrc_dir, lcmrc_dir)
     values ($1, now(), now(), 1, 'name', $2, 'country', 'province', 'city', 'system_name', 'cee_version', 'lcm_ip',
       'lcm_user', $3, 'openstackrc_dir', 'lcmrc_dir')`,
    [DATA_CENTER, mode === 'online', password],
  );
  if (mode === 'offline') return;
  await server.database.query(
    `insert into data_center_tasks (id, data_center_id, kind, interval, next_run_at)
     select $1 || ':' || lower(kind), $1, kind, 3600, due::timestamptz
     from (values ('DYNAMIC', null), ('STATIC', '2020-12-16T07:59:26Z')) given (kind, due)`,
    [DATA_CENTER],
  );
  await server.database.query(
    `insert into task_runs (id, data_center_id, data_center_name, kind, status, error_info, started_at, ended_at)
     values ($1, $2, 'name', 'STATIC', 'FAILED', 'traceback info', to_timestamp(1111110), to_timestamp(1111111))`,
    [RUN, DATA_CENTER],
  );
}

async function insertYamlJob(): Promise<void> {
  await server.database.query(
    `with made as (
       insert into yaml_jobs (id, created_at, updated_at, owner_id, site, cee_version, project_name, status, file_names, size)
       values ($1, to_timestamp(1111111), now(), 1, 'GZ', 'drop28', 'project_name', 'SUCCESS', '["hosts.yaml"]', 14)
       returning id)
     insert into yaml_results select id, 'Base64 content' from made`,
    [YAML_JOB],
  );
}

async function insertRecord(status: 'successful' | 'failed'): Promise<void> {
  const isThere = status === 'successful';
  await server.database.query(
    `insert into records (id, created_at, updated_at, data_center_id, name, data_center_name, system_name, cee_version,
       lcm_ip, openrc_path, status, traceback, process_id, size)
     values ($1, to_timestamp(1614678997), now(), $2, 'test', 'name', 'system_name', 'cee_version', 'lcm_ip',
       'openstackrc_dir', upper($3), $4, $1, $5)`,
    [RECORD, DATA_CENTER, status, isThere ? null : 'traceback info', isThere ? 6 : null],
  );
  if (isThere) await server.database.query(`insert into record_chunks values ($1, 0, 'base64')`, [RECORD]);
}

test.each(samples)('%s', async (_name, { given, record, request, response }) => {
  if (given === 'yaml') await insertYamlJob();
  else if (given) await insertDataCenter(given);
  if (record) await insertRecord(record);
  const names = { $user: ADMIN.user, $password: ADMIN.password, $refreshToken: tokens.refresh_token };
  const text = Object.entries(names).reduce(
    (all, [name, value]) => all.replaceAll(name, value),
    JSON.stringify(request.body ?? {}),
  );
  const answer = await send(server.url + request.path, {
    method: request.method,
    headers: request.token ? { authorization: tokens.access_token } : {},
    ...(request.method !== 'GET' && { body: request.files ? formOf(EXAMPLE) : text }),
  });
  await expectSample(answer, response, contract, request);
});
