import { MikroORM } from '@mikro-orm/postgresql';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { embeddedPool } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { optionsOn } from '../../src/database/options.js';
import { ENTITIES } from '../../src/modules.js';

const NUMBERS = `replicas, min_replicas, max_replicas, min_cpu, max_cpu, min_memory, max_memory, gpu, target_cpu_utilization,
  target_mem_utilization, max_unavailable, max_surge, min_ready_seconds`;

test('charts that were stored with their applications are those of the changes that deployed them', async () => {
  const thread = await EmbeddedThread.open();
  const pool = embeddedPool(thread);
  const orm = await MikroORM.init(optionsOn(pool, ENTITIES));
  try {
    await orm.migrator.up({ to: '014-inventory' });
    await pool.query(`
      insert into apps (id, created_at, updated_at, business_id, name, version, deploy_type, image, command, ports,
        volumes, env, dependence, is_hpa, ${NUMBERS})
      select id, now(), now(), 1, 'app', id, 'deployment', '', '', '[]', '[]', '[]', '[]', false,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 3) as id;
      insert into app_charts values (1, 'one'), (2, 'one');
      insert into deployments (id, created_at, updated_at, business_id, deploy_name, app_name, version, cluster,
        node_label, comment, deploy_type, status, strategy, drift, rollback_on_failure)
      values (1, now(), now(), 1, 'dep', 'app', '1', '', '', '', 'NEW', 'SUCCESS', '{}', 'CORRECT', false);
      insert into deployment_audits (created_at, updated_at, deployment_id, business_id, business_name, deploy_type,
        app_name, version, cluster, spec, app_id, comment, status)
      select now(), now(), 1, 1, '', 'NEW', 'app', id, '', '{}', id, '', 'APPROVED' from generate_series(2, 4) as id;
    `);
    await orm.migrator.up();
    const digest = createHash('sha256').update('one').digest('hex');
    const all = async (statement: string) => (await pool.query<object>(statement)).rows;
    expect(await all(`select digest, convert_from(content, 'utf8') as content from charts`)).toEqual([
      { digest, content: 'one' },
    ]);
    expect(await all('select id, chart_digest from apps order by id')).toEqual([
      { id: 1, chart_digest: digest },
      { id: 2, chart_digest: digest },
      { id: 3, chart_digest: null },
    ]);
    expect(await all('select app_id, chart_digest from deployment_audits order by app_id')).toEqual([
      { app_id: 2, chart_digest: digest },
      { app_id: 3, chart_digest: null },
      { app_id: 4, chart_digest: null },
    ]);
  } finally {
    await orm.close();
    await thread.close();
  }
});
