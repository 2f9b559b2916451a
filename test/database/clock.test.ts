import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EdgeServer, ask, register, startEdge } from '../edge/support/world.js';
import { PASSWORD, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { logIn } from '../support/server.js';

/** How wrong the clock of this process is, and by how much a stored time may differ from the database's; milliseconds. */
const WRONG_BY = -5 * 3_600_000;
const PATIENCE = 600_000;

/** What is stored of a time that is to come: milliseconds until then, at most. */
const TO_COME: Readonly<Record<string, number>> = {
  expires_at: 604_800_000,
  alive_until: 15_000,
  watched_until: 15_000,
};

let server: EdgeServer;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + WRONG_BY });
  server = await startEdge({}, { background: true });
});
afterAll(async () => {
  await server.stop();
  vi.useRealTimers();
});

/** Every stored time as milliseconds from the database's own, by table and column; of nodes Kubernetes says since when. */
async function storedTimes(): Promise<{ place: string; column: string; ahead: number }[]> {
  const found = await server.database.query(
    `select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and data_type = 'timestamp with time zone' and table_name <> 'nodes'
        and table_name <> 'mikro_orm_migrations'`,
  );
  const columns = found.rows.map((row) => ({ table: String(row['table']), column: String(row['column']) }));
  const parts = columns.map(
    ({ table, column }) =>
      `select '${table}.${column}' as "place", '${column}' as "column",
        extract(epoch from "${column}" - clock_timestamp()) * 1000 as "ahead" from "${table}" where "${column}" is not null`,
  );
  const { rows } = await server.database.query(parts.join(' union all '));
  return rows.map(({ place, column, ahead }) => ({
    place: String(place),
    column: String(column),
    ahead: Number(ahead),
  }));
}

test('what is stored while the clock of the process is wrong has the time of the database', async () => {
  const user = uniqueName('late');
  const input = { user, password: PASSWORD, phone: '12345678', isAdmin: true, realName: 'Some Body' };
  const REGISTER = `mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id } } }`;
  const registered = await ask<{ registerUser: { user: { id: string } } }>(server, REGISTER, { input });
  const { id = '' } = registered.data?.registerUser.user ?? {};
  const AUDIT = `mutation ($input: AuditUserInput!) { auditUser(input: $input) { user { id updatedAt } } }`;
  expect((await ask(server, AUDIT, { input: { id, status: 'APPROVED' } })).errors).toEqual([]);

  const token = await logIn(server.url, user, PASSWORD);
  const FOUND = `mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id createdAt } } }`;
  const business = { name: uniqueName('business'), introduce: '', objective: '', scale: '1' };
  expect((await ask(server, FOUND, { input: business }, token)).errors).toEqual([]);

  const routes = `${server.url}/sys/transmit/v1/routes`;
  const place = { name: 'a', protocol: 'http', host: '127.0.0.1', port: '1' };
  const made = (await (await send(routes, { method: 'POST', body: place })).json()) as {
    data: { id: string; createdAt: string };
  };
  const changed = await send(`${routes}/${made.data.id}`, { method: 'PUT', body: { ...place, name: 'b' } });
  expect(changed.status).toBe(200);

  const cluster = await register(server);
  const LABEL = `mutation ($input: ClusterLabelInput!) { addClusterLabel(input: $input) { clusters { id } } }`;
  const labelled = await ask(server, LABEL, { input: { clusterLabel: 'edge', clusterName: [cluster.name] } });
  expect(labelled.errors).toEqual([]);
  await expect
    .poll(async () => (await storedTimes()).map(({ place }) => place))
    .toContain('clusters.last_seen_at');

  const times = await storedTimes();
  const tables = new Set(times.map(({ place }) => place.split('.', 1)[0]));
  for (const table of [
    'users',
    'businesses',
    'platforms',
    'clusters',
    'cluster_labels',
    'sessions',
    'audit_events',
  ])
    expect(tables).toContain(table);
  for (const { place, column, ahead } of times) {
    const most = TO_COME[column] ?? 0;
    expect(ahead, place).toBeGreaterThan(most - PATIENCE);
    expect(ahead, place).toBeLessThan(most + PATIENCE);
  }
});
