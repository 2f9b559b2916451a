import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { EdgeTables } from '../../src/domains/edge/edge.tables.js';
import { openTestDatabase } from '../support/database.js';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterAll(() => database.close());

/** What the types say, which exist no more when a test runs: it does not compile with a column too few or too many. */
const columns = {
  clusters: {
    id: 1,
    name: 1,
    uid: 1,
    version: 1,
    kubeconfig: 1,
    revision: 1,
    created_at: 1,
    updated_at: 1,
    last_seen_at: 1,
    silence: 1,
    was_ready: 1,
    failure: 1,
    node_count: 1,
    ready_node_count: 1,
    watcher: 1,
    watched_until: 1,
  },
  cluster_labels: { cluster_id: 1, name: 1, created_at: 1 },
  cluster_namespaces: { cluster_id: 1, business_id: 1, created_at: 1 },
  cluster_watchers: { id: 1, alive_until: 1 },
  nodes: {
    id: 1,
    cluster_id: 1,
    name: 1,
    uid: 1,
    is_ready: 1,
    is_schedulable: 1,
    ip: 1,
    operating_system: 1,
    os_image: 1,
    architecture: 1,
    kernel_version: 1,
    kubelet_version: 1,
    cpu: 1,
    memory: 1,
    disk: 1,
    gpu_memory: 1,
    allocatable_cpu: 1,
    allocatable_memory: 1,
    created_at: 1,
    hash: 1,
    labels_wanted: 1,
    labels_applied: 1,
  },
  node_labels: { node_id: 1, name: 1, cluster_id: 1, created_at: 1 },
  node_label_counts: { name: 1, cluster_id: 1, node_count: 1, ready_node_count: 1 },
  label_evictions: { cluster_id: 1, node_name: 1, name: 1, created_at: 1 },
  departed_node_labels: { cluster_id: 1, node_name: 1, name: 1, created_at: 1, departed_at: 1 },
} satisfies { [T in keyof EdgeTables]: Record<keyof EdgeTables[T], 1> };

test.each(Object.entries(columns))(
  'statements know the columns of %s, and no others',
  async (table, known) => {
    const { rows } = await database.query(
      `select column_name from information_schema.columns
      where table_schema = 'public' and table_name = $1 and data_type <> 'jsonb'`,
      [table],
    );
    expect(Object.keys(known).toSorted()).toEqual(rows.map((row) => String(row['column_name'])).toSorted());
  },
);
