import { expect, vi } from 'vitest';
import type { Items } from '../../inventory/support/world.js';
import { aggregate, host, machine, quota, tenant, volume } from '../../inventory/support/items.js';
import { type CloudServer, ask, optimus } from '../../support/world.js';
import { readWorkbook } from './workbook.js';

/** A record as the documented API shows it. */
export interface Shown {
  cee_version: string;
  cid: string;
  data_center: string;
  id: string;
  lcm_ip: string;
  name: string;
  openrc_path: string;
  pid: string;
  status: 'running' | 'successful' | 'failed';
  system_name: string;
  timestamp: number;
  traceback: string | null;
}

/** A small cloud, with something of everything. */
export const SMALL_CLOUD: Items = {
  tenants: [tenant('t1', { name: 'video', description: 'Video' }), tenant('t2', { isEnabled: false })],
  hosts: [host('h1'), host('h2', { zone: 'edge', isUp: false, disabledReason: 'repair', updatedAt: null })],
  aggregates: [aggregate('ssd', ['h1']), aggregate('east', ['h1', 'h2'])],
  servers: [
    machine('s1', { name: 'web', volumeIds: ['v1', 'v9'] }),
    machine('s2', { name: 'db', tenantId: 't9', host: null, status: 'SHELVED_OFFLOADED', powerState: 4 }),
  ],
  volumes: [
    volume('v1', { name: 'data', serverIds: ['s1'] }),
    volume('v2', { name: '', type: null, sizeGb: 5, isBootable: true }),
  ],
  quotas: [quota('t1', { volumes: { default: { inUse: 10, limit: 1000 }, ssd: { inUse: 10, limit: -1 } } })],
};

export async function createRecord(
  server: CloudServer,
  cid: string,
  { name = 'test', as = server.token } = {},
): Promise<string> {
  const { status, body } = await optimus(server, 'POST', '/record', { name, cid }, as);
  expect([status, body['code'], body['data']]).toEqual([201, 201, body['id']]);
  return String(body['id']);
}

export async function recordsOf(server: CloudServer, cid: string, more = '', as = server.token) {
  const { body } = await optimus(server, 'GET', `/record?cid=${cid}${more}`, undefined, as);
  return body['data'] as unknown as Shown[];
}

/** Once it has ended. */
export async function endOf(server: CloudServer, cid: string, id: string, timeout = 30_000): Promise<Shown> {
  return vi.waitFor(
    async () => {
      const found = (await recordsOf(server, cid)).find((record) => record.id === id);
      if (!found || found.status === 'running') throw new Error(`the record is ${found?.status}`);
      return found;
    },
    { timeout, interval: 50 },
  );
}

export async function download(server: CloudServer, id: string, as = server.token): Promise<Buffer> {
  const { status, body } = await optimus(server, 'GET', `/record/download?id=${id}`, undefined, as);
  expect(status).toBe(200);
  return Buffer.from(String(body['data']), 'base64');
}

/** Makes a record; what its workbook holds. */
export async function reportOf(server: CloudServer, cid: string) {
  const id = await createRecord(server, cid);
  expect(await endOf(server, cid, id)).toMatchObject({ status: 'successful', traceback: null });
  return readWorkbook(await download(server, id));
}

export interface GraphRecord {
  id: string;
  status: string;
  progress: number;
  size: number | null;
  inventoryReadAt: string | null;
}

export async function askForRecord(server: CloudServer, id: string): Promise<GraphRecord | null | undefined> {
  const document = 'query ($id: ID!) { record(id: $id) { id status progress size inventoryReadAt } }';
  const { data, errors } = await ask<{ record: GraphRecord | null }>(server, document, { id });
  expect(errors).toEqual([]);
  return data?.record;
}
