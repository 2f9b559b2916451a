import { Client } from 'pg';
import { seedInventory } from './recordSeed.ts';

const CLUSTERS = 200;
const LABELS = 10;
const DEPLOYMENTS = 1000;
const TARGETS = 5;
const CHANGES = 3;
const GIB = 2 ** 30;

/** What is made when the rows are there, since keeping it up row by row takes longer. */
const DEFERRED = `
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint where contype = 'f' and conrelid in ('nodes'::regclass, 'node_labels'::regclass)
  union all
  select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  from pg_index where not indisunique and indrelid in ('nodes'::regclass, 'node_labels'::regclass)`;

/** Fills an empty database with clusters that some other replica watches, so that nobody tries to reach them. */
export async function seed(url: string, nodes: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ drop: string; create: string }>(DEFERRED);
    for (const { drop } of rows) await client.query(drop);
    await fill(client, nodes / CLUSTERS);
    const { rows: tables } = await client.query(`select 1 from pg_tables where tablename = 'deployments'`);
    if (tables.length > 0) await fillDeployments(client);
    if (tables.length > 0) await fillInventory(url, client);
    for (const { create } of rows) await client.query(create);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function fill(client: Client, nodesPerCluster: number): Promise<void> {
  await client.query(
    `insert into clusters (created_at, updated_at, name, uid, kubeconfig, version, last_seen_at, was_ready,
       node_count, ready_node_count, watcher, watched_until)
     select now(), now(), 'cluster-' || c, gen_random_uuid()::text, '', 'v1.36.0', now() + interval '1 day', true,
       $2::int, $2::int, gen_random_uuid(), now() + interval '1 day'
     from generate_series(1, $1::int) c`,
    [CLUSTERS, nodesPerCluster],
  );
  await client.query(
    `insert into nodes (cluster_id, uid, name, kubernetes_labels, is_ready, is_schedulable, ip, operating_system,
       os_image, architecture, kernel_version, kubelet_version, cpu, memory, disk, gpu_memory, allocatable_cpu,
       allocatable_memory, created_at, hash)
     select c.id, gen_random_uuid()::text, 'node-' || n, '{}', true, true, '10.0.0.1', 'linux', 'Debian 12', 'amd64',
       '6.1.0', 'v1.36.0', 4 + n % 60, (1 + (c.id * 7919 + n * 104729) % 512) * ${GIB}::bigint, ${GIB}, 0, 4, ${GIB},
       now(), ''
     from clusters c, generate_series(1, $1::int) n order by c.id, n`,
    [nodesPerCluster],
  );
  await client.query(
    `insert into node_labels (node_id, cluster_id, name, created_at)
     select id, cluster_id, 'l' || id % ${LABELS}, now() from nodes`,
  );
  await client.query(
    `insert into node_label_counts (name, cluster_id, node_count, ready_node_count)
     select name, cluster_id, count(*), count(*) from node_labels group by name, cluster_id`,
  );
}

/** All settled, so that nobody looks at them; earlier builds have none. */
async function fillDeployments(client: Client): Promise<void> {
  await client.query(
    `insert into deployments (created_at, updated_at, business_id, deploy_name, app_name, version, cluster,
       node_label, comment, deploy_type, status, running, total, strategy, drift, rollback_on_failure, outcome,
       is_settled)
     select now(), now(), 1 + d % 20, 'deployment-' || d, 'app-' || d % 50, '1.2', 'all', 'all', '', 'UPGRADE',
       'SUCCESS', $2::int, $2::int, '{"batchSize":0,"maxFailures":0,"pause":0}', 'CORRECT', false, 'SUCCESS', true
     from generate_series(1, $1::int) d`,
    [DEPLOYMENTS, TARGETS],
  );
  await client.query(
    `insert into deployment_targets (deployment_id, cluster_id, holds_cluster_id, state, batch, running, total)
     select d.id, c.id, c.id, 'READY', 0, 1, 1 from deployments d, generate_series(0, $1::int - 1) n
     join clusters c on true where c.id = 1 + (d.id + n) % $2::int order by d.id, n`,
    [TARGETS, CLUSTERS],
  );
  await client.query(
    `insert into deployment_audits (created_at, updated_at, deployment_id, business_id, business_name, deploy_type,
       app_name, version, cluster, comment, status, begun_at, settled_at, outcome)
     select now(), now(), d.id, d.business_id, 'business', case n when 0 then 'NEW' else 'UPGRADE' end, d.app_name,
       '1.' || n, 'all', '', 'APPROVED', now(), now(), 'SUCCESS'
     from deployments d, generate_series(0, $1::int - 1) n order by d.id, n`,
    [CHANGES],
  );
}

/** A data center that nobody reads; each virtual machine has addresses in three networks. */
async function fillInventory(url: string, client: Client): Promise<void> {
  const center = 'd'.repeat(32);
  await seedInventory(url, center);
  await client.query(
    `insert into networks (id, data_center_id, cloud_id, name, digest, tenant_id, status, cloud_status, is_shared, is_external, subnets)
     select $1 || ':n' || n, $1, 'n' || n, 'network-' || n, '', $1 || ':t1', 'ACTIVE', 'ACTIVE', false, false, '[]'
     from generate_series(0, 99) n`,
    [center],
  );
  await client.query(
    `insert into virtual_machine_networks (virtual_machine_id, network_id)
     select id, $1 || ':n' || (place + n * 31) % 100
     from (select id, row_number() over () as place from virtual_machines) m, generate_series(1, 3) n`,
    [center],
  );
  await client.query(
    `insert into records (created_at, updated_at, id, data_center_id, name, data_center_name, system_name, cee_version, lcm_ip,
       openrc_path, status, progress, process_id, size, ended_at)
     select now() - n * interval '1 minute', now(), md5(n::text), $1, 'record-' || n, 'large', 'DL33', 'drop28', '', '', 'SUCCESSFUL',
       100, md5(n::text), 1000 + n, now() from generate_series(1, 500) n`,
    [center],
  );
}

/** A database of its own on the server, dropped by `remove`. */
export async function createDatabase(
  server: string,
  suffix = '',
): Promise<{ url: string; remove: () => Promise<void> }> {
  const name = `isthmus_bench_${process.pid}${suffix}`;
  const run = async (statement: string) => {
    const client = new Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => run(`drop database ${name} with (force)`) };
}
