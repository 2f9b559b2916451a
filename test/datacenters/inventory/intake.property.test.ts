import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/database/database.js';
import type { CloudItems, CloudKind } from '../../../src/domains/datacenters/cloud.port.js';
import { IntakeService } from '../../../src/domains/datacenters/inventory/intake/intake.service.js';
import { openTestDatabase } from '../../support/database.js';
import { FLAVOR, address, aggregate, host, machine, tenant, volume } from './support/items.js';
import { type Items, insertDataCenter, newId, pagesOf } from './support/world.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterAll(() => database.close());

const HOSTS = ['h1', 'h2', 'h3'];
const SIZES = [FLAVOR, { ...FLAVOR, id: 'f2', name: 'f2', vcpus: 4 }, { ...FLAVOR, id: null, name: null }];

const some = <T>(ids: readonly string[], of: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.subarray([...ids]).chain((chosen) => fc.tuple(...chosen.map(of)));

const machines = some(['a', 'b', 'c', 'd', 'e'], (id) =>
  fc
    .record({
      host: fc.constantFrom(...HOSTS, 'elsewhere', null),
      flavor: fc.constantFrom(...SIZES),
      status: fc.constantFrom('ACTIVE', 'SHUTOFF', 'GALACTIC'),
      tenantId: fc.constantFrom('t1', 't2'),
      volumeIds: fc.subarray(['v1', 'v2', 'gone']),
      addresses: fc.subarray([address('n1', '10.0.0.1'), address('n1', '10.0.0.2'), address('n2', '::1')]),
    })
    .map((given) => machine(id, given)),
);

/** A cloud of these kinds at one moment. */
const cloud: fc.Arbitrary<Required<Pick<Items, 'servers' | 'hosts' | 'tenants' | 'volumes' | 'aggregates'>>> =
  fc.record({
    servers: machines,
    hosts: some(HOSTS, (id) => fc.constantFrom(true, false).map((isUp) => host(id, { isUp }))),
    tenants: some(['t1', 't2'], (id) => fc.constantFrom('one', 'other').map((name) => tenant(id, { name }))),
    volumes: some(['v1', 'v2'], (id) =>
      fc.integer({ min: 1, max: 3 }).map((sizeGb) => volume(id, { sizeGb })),
    ),
    aggregates: some(['x', 'y'], (id) => fc.subarray(HOSTS).map((hosts) => aggregate(id, hosts))),
  });

type Cloud = typeof cloud extends fc.Arbitrary<infer T> ? T : never;
type Known = keyof Cloud & CloudKind;
const KNOWN: Known[] = ['servers', 'hosts', 'tenants', 'volumes', 'aggregates'];

const NOTHING: Cloud = { servers: [], hosts: [], tenants: [], volumes: [], aggregates: [] };

const run = fc.record({
  cloud,
  kinds: fc.subarray(KNOWN, { minLength: 1 }),
  size: fc.integer({ min: 1, max: 3 }),
  end: fc.constantFrom('success', 'success', 'dead', 'discarded', 'superseded'),
});

/** All virtual machines go. */
const THE_LAST_GOES = [{ ...NOTHING, servers: [machine('a')] }, NOTHING].map((given) => ({
  cloud: given,
  kinds: ['servers' as const],
  size: 1,
  end: 'success' as const,
}));

interface ModelRun {
  id: string;
  servers: Map<string, CloudItems['servers']> | undefined;
}

async function takeAll(
  intake: Awaited<ReturnType<IntakeService['begin']>>,
  given: Cloud,
  kinds: readonly Known[],
  size: number,
): Promise<void> {
  // What comes twice counts once.
  for (const kind of kinds)
    await intake.take(kind, pagesOf<never>([...given[kind], ...given[kind].slice(0, 1)] as never[], size));
}

async function rowsOf(text: string, ...parameters: unknown[]): Promise<Record<string, unknown>[]> {
  const { rows } = await database.query(text, parameters);
  return rows;
}

const TABLES: Record<Known, string> = {
  servers: 'virtual_machines',
  hosts: 'hosts',
  tenants: 'tenants',
  volumes: 'volumes',
  aggregates: 'aggregates',
};

const fingerprints = async (center: string, kind: Known) => {
  const table = TABLES[kind];
  const rows = await rowsOf(
    `select id, xmin::text as version from ${table} where data_center_id = $1`,
    center,
  );
  return new Map(rows.map(({ id, version }) => [String(id), String(version)]));
};

/** What is stored of it, in the words of the cloud. */
async function stored(center: string) {
  const cut = `substr($name, ${center.length + 2})`;
  const key = (name: string) => cut.replace('$name', name);
  const servers = await rowsOf(
    `select cloud_id as id, ${key('tenant_id')} as "tenantId", cloud_status as status, status as word,
      host_name as host, ${key('host_key')} as "hostKey", vcpus, flavor_name as flavor, volume_ids as volumes,
      (select coalesce(json_agg(${key('network_id')} order by network_id), '[]') from virtual_machine_networks l where l.virtual_machine_id = v.id)::text as networks,
      (select coalesce(json_agg(${key('volume_id')} order by volume_id), '[]') from virtual_machine_volumes l where l.virtual_machine_id = v.id)::text as attached
     from virtual_machines v where data_center_id = $1 order by cloud_id`,
    center,
  );
  const hosts = await rowsOf(
    `select cloud_id as id, is_up as up, virtual_machine_count as machines,
      (select coalesce(json_agg(a.cloud_id order by a.cloud_id), '[]') from aggregate_hosts l join aggregates a on a.id = l.aggregate_id where l.host_id = h.id)::text as aggregates
     from hosts h where data_center_id = $1 order by cloud_id`,
    center,
  );
  const counts = await rowsOf(
    `select facet, case facet when 'tenant' then ${key('value')} else value end as value, total
     from virtual_machine_counts where data_center_id = $1 order by facet, value`,
    center,
  );
  const tenants = await rowsOf(
    `select cloud_id as id, name from tenants where data_center_id = $1 order by 1`,
    center,
  );
  const volumes = await rowsOf(
    `select cloud_id as id, size_gb as size from volumes where data_center_id = $1 order by 1`,
    center,
  );
  return { servers, hosts, counts, tenants, volumes };
}

const byId = <T extends { id: string }>(items: readonly T[]): T[] =>
  items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
const sortedOnce = (ids: readonly string[]) =>
  JSON.stringify([...new Set(ids)].toSorted()).replaceAll(',', ', ');

/** What shall be stored. */
function expected(model: Cloud) {
  const counts = new Map<string, number>();
  const count = (facet: string, value: string) =>
    counts.set(`${facet} ${value}`, (counts.get(`${facet} ${value}`) ?? 0) + 1);
  for (const { status, tenantId } of model.servers) {
    count('all', '');
    count('status', status.toLowerCase());
    count('tenant', tenantId);
  }
  return {
    servers: byId(model.servers).map((server) => ({
      id: server.id,
      tenantId: server.tenantId,
      status: server.status,
      word: server.status === 'GALACTIC' ? 'UNKNOWN' : server.status,
      host: server.host,
      hostKey: server.host,
      vcpus: server.flavor.vcpus,
      flavor: server.flavor.name,
      volumes: server.volumeIds,
      networks: sortedOnce(server.addresses.map(({ networkId }) => networkId)),
      attached: sortedOnce(server.volumeIds),
    })),
    hosts: byId(model.hosts).map(({ id, name, isUp }) => ({
      id,
      up: isUp,
      machines: model.servers.filter((server) => server.host === name).length,
      aggregates: sortedOnce(
        model.aggregates.filter(({ hosts }) => hosts.includes(name)).map((each) => each.id),
      ),
    })),
    counts: [...counts]
      .map(([key, total]) => ({ facet: key.split(' ')[0], value: key.split(' ')[1], total }))
      .toSorted((one, other) => (`${one.facet} ${one.value}` < `${other.facet} ${other.value}` ? -1 : 1)),
    tenants: byId(model.tenants).map(({ id, name }) => ({ id, name })),
    volumes: byId(model.volumes).map(({ id, sizeGb }) => ({ id, size: sizeGb })),
  };
}

/** Of a virtual machine, what counts as a change. */
const stateOf = (server: CloudItems['servers'] | undefined) =>
  server && `${server.host} ${server.flavor.name} ${server.flavor.vcpus}`;

test('what is stored is what the last run that succeeded read of each kind, and only what differs is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      const center = await insertDataCenter({ database });
      const intakes = new IntakeService(database);
      const model: Cloud = { ...NOTHING };
      const done: ModelRun[] = [];
      const read = new Set<Known>();
      for (const { cloud: given, kinds, size, end } of runs) {
        const id = newId();
        const intake = await intakes.begin(center, id);
        await takeAll(intake, given, kinds, size);
        if (end === 'discarded') await intake.discard();
        if (end === 'superseded') {
          await intakes.begin(center, newId());
          await expect(database.fork().transactional((em) => intake.swap(em))).rejects.toThrow('another run');
          await expect(
            takeAll(intake, { ...given, servers: [machine('z')] }, ['servers'], 1),
          ).rejects.toThrow('another run');
        }
        const before = new Map<Known, Map<string, string>>();
        for (const kind of KNOWN) before.set(kind, await fingerprints(center, kind));
        if (end === 'success') {
          await database.fork().transactional((em) => intake.swap(em));
          for (const kind of KNOWN) {
            const after = await fingerprints(center, kind);
            const same = model[kind].filter((item) => {
              const other = kinds.includes(kind)
                ? (given[kind] as readonly { id: string }[]).find((each) => each.id === item.id)
                : item;
              return JSON.stringify(other) === JSON.stringify(item);
            });
            // Hosts count what is on them.
            if (kind !== 'hosts')
              for (const item of same)
                expect(after.get(`${center}:${item.id}`)).toBe(before.get(kind)?.get(`${center}:${item.id}`));
          }
          for (const kind of kinds) {
            Object.assign(model, { [kind]: given[kind] });
            read.add(kind);
          }
          const servers = new Map(model.servers.map((server) => [server.id, server]));
          done.push({ id, servers: read.has('servers') ? servers : undefined });
        }
        expect(await stored(center)).toEqual(expected(model));
      }
      for (const [index, from] of done.entries()) {
        for (const to of done.slice(index)) {
          if (!from.servers || !to.servers) continue;
          const changed = [...new Set([...from.servers.keys(), ...to.servers.keys()])].filter(
            (id) => stateOf(from.servers?.get(id)) !== stateOf(to.servers?.get(id)),
          );
          const rows = await rowsOf(
            `select virtual_machine_id as id from virtual_machine_changes c where data_center_id = $1
               and generation > (select generation from inventory_generations where run_id = $2)
               and generation <= (select generation from inventory_generations where run_id = $3)
             group by 1 having (array_agg(before order by generation))[1] - 'name' is distinct from (array_agg(after order by generation desc))[1] - 'name'
             order by 1`,
            center,
            from.id,
            to.id,
          );
          expect(rows.map((row) => String(row['id']))).toEqual(
            changed.toSorted().map((id) => `${center}:${id}`),
          );
        }
      }
      const staged = await rowsOf(
        `select s.id from inventory_staged s left join inventories i on i.data_center_id = s.data_center_id and i.run_id is not null
          where s.data_center_id = $1 and i.run_id is null`,
        center,
      );
      expect(staged).toEqual([]);
    }),
    { numRuns: 40, examples: [[THE_LAST_GOES]] },
  );
});
