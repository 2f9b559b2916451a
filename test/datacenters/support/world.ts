import type { AppParts } from '../../../src/app.js';
import type { RefreshPace } from '../../../src/domains/datacenters/index.js';
import { type FakeCloud, FakeClouds } from '../../support/clouds.js';
import { uniqueName } from '../../support/people.js';
import { send } from '../../support/rest.js';
import {
  type Environment,
  type GraphQLAnswer,
  type TestServer,
  query,
  startServer,
} from '../../support/server.js';

export interface CloudServer extends TestServer {
  clouds: FakeClouds;
  token: string;
}

/** Milliseconds. */
export const QUICK_REFRESH: RefreshPace = { lease: 600, deadline: 30_000, silence: 30_000 };

/** The whole server, on clouds in memory. */
export async function startClouds(
  environment: Environment = {},
  parts: AppParts & { clouds?: FakeClouds } = {},
): Promise<CloudServer> {
  const { clouds = new FakeClouds(), ...rest } = parts;
  const server = await startServer(
    { LOGIN_FAILURES: '1000', ...environment },
    { cloudConnector: clouds, refreshPace: QUICK_REFRESH, ...rest },
  );
  return { ...server, clouds, token: await server.adminToken() };
}

/** A call of Optimus; `text` is its body as it came. */
export async function optimus(
  { url, token }: CloudServer,
  method: string,
  path: string,
  body?: object,
  as = token,
) {
  const response = await send(`${url}/api/ericic/v1${path}`, {
    method,
    ...(body && { body }),
    headers: { authorization: as },
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, never> };
}

export async function ask<T = Record<string, unknown>>(
  { url, token }: CloudServer,
  document: string,
  variables: object = {},
  as = token,
): Promise<GraphQLAnswer<T>> {
  return query<T>(url, document, { token: as, variables });
}

/** What an online data center needs. */
export const onlineDraft = (address: string, name = uniqueName('dc')) => ({
  name,
  mode: true,
  country: 'China',
  province: 'Guangdong',
  city: 'Guangzhou',
  system_name: 'system_name',
  cee_version: 'drop28',
  lcm_ip: address,
  lcm_user: 'lcm_user',
  lcm_pwd: 'lcm_pwd',
  openstackrc_dir: '/root/openrc',
  lcmrc_dir: '/root/lcmrc',
});

let count = 0;

/** An online data center with a cloud of its own, which `prepare` changes before it is there. */
export async function newCenter(
  server: CloudServer,
  { as = server.token, prepare }: { as?: string; prepare?: (cloud: FakeCloud) => void } = {},
) {
  const address = `lcm${(count += 1)}.example.org`;
  const cloud = server.clouds.add(address);
  prepare?.(cloud);
  const draft = onlineDraft(address);
  const { body } = await optimus(server, 'POST', '/data_center', draft, as);
  return { id: String(body['data']), name: draft.name, address, cloud, body };
}

export interface HistoryRow {
  id: string;
  task_name: 'static' | 'dynamic';
  dc_id: string;
  dc_name: string;
  status: boolean;
  error_info: string | null;
  timestamp: number;
}

export async function historyOf(server: CloudServer, id: string, more = ''): Promise<HistoryRow[]> {
  const { body } = await optimus(server, 'GET', `/scheduler/task/history?cid=${id}${more}`);
  return body['data'] as unknown as HistoryRow[];
}

interface TaskRow {
  job_id: string;
  next_run_time: string | null;
  interval: number;
  start: number;
  end: number;
  status: boolean;
}

export async function tasksOf(
  server: CloudServer,
  id: string,
): Promise<{ cid: string; dynamic_task: TaskRow; static_task: TaskRow } | undefined> {
  const { body } = await optimus(server, 'GET', `/scheduler/task?cid=${id}`);
  return (body['data'] as unknown as { cid: string; dynamic_task: TaskRow; static_task: TaskRow }[])[0];
}

const REFRESH = `mutation ($input: RefreshDataCenterInput!) { refreshDataCenter(input: $input) { dataCenter { id } } }`;

export const refresh = async (
  server: CloudServer,
  id: string,
  task: 'STATIC' | 'DYNAMIC' | undefined = 'DYNAMIC',
  as?: string,
) => ask(server, REFRESH, { input: { id, task } }, as);
