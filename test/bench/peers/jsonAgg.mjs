// The limit: a server written for these queries alone, one statement each, whose JSON PostgreSQL makes itself.
import http from 'node:http';
import { Pool } from 'pg';

const [connectionString, port] = process.argv.slice(2);
const pool = new Pool({ connectionString, max: 10 });
const FIELDS = 'n.name, n.ip, n.memory, n.cpu, n.is_ready as "isReady", n.kernel_version as "kernelVersion"';
const STATEMENTS = {
  '/clusters': [
    `select json_build_object('data', json_build_object('clusters', json_agg(c))) as answer from (
       select name, (select json_agg(p) from (
         select ${FIELDS} from nodes n where n.cluster_id = clusters.id order by n.id limit 10) p) as nodes
       from clusters order by id limit 20) c`,
    [],
  ],
  '/filtered': [
    `select json_build_object('data', json_build_object('nodes', json_agg(p))) as answer from (
       select ${FIELDS} from nodes n
       where exists (select 1 from node_labels l where l.node_id = n.id and l.name = $1)
       order by n.memory, n.id limit 100) p`,
    ['l3'],
  ],
  '/single': [
    `select json_build_object('data', json_build_object('name', n.name, 'ip', n.ip,
       'cluster', json_build_object('name', c.name))) as answer
     from nodes n join clusters c on c.id = n.cluster_id where n.id = $1`,
    [4242],
  ],
  '/deployments': [
    `select json_build_object('data', json_build_object('deployments', json_agg(p))) as answer from (
       select deploy_name as "deployName", version, status, running,
         (select json_agg(t) from (
           select t.state, t.running, t.total, json_build_object('name', c.name) as cluster
           from deployment_targets t join clusters c on c.id = t.cluster_id
           where t.deployment_id = d.id order by t.id limit 10) t) as targets,
         (select json_agg(h) from (
           select version, deploy_type as "deployType" from deployment_audits
           where deployment_id = d.id and status = 'APPROVED' and begun_at > 'epoch'
           order by id limit 10) h) as history
       from deployments d order by id limit 20) p`,
    [],
  ],
  '/machines': [
    `select json_build_object('data', json_build_object('machines', json_agg(p))) as answer from (
       select id, name, status, host_name as "hostName", vcpus, memory_mb as "memoryMb", created_at as "createdAt",
         (select json_agg(n) from (
           select id, name from networks where id in (
             select network_id from virtual_machine_networks where virtual_machine_id = m.id)
           order by id limit 10) n) as networks
       from virtual_machines m order by id limit 20) p`,
    [],
  ],
  '/records': [
    `select json_build_object('data', json_build_object('records', json_agg(p))) as answer from (
       select id, name, data_center_name as "dataCenterName", status, progress, size, created_at as "createdAt",
         ended_at as "endedAt"
       from records order by created_at desc, id desc limit 100) p`,
    [],
  ],
  '/v1/node': [
    `select json_build_object('code', 200, 'message', 'success', 'data', (select json_agg(p) from (
         select n.name as "nodeName", n.operating_system as "operatingSystem", c.name as "clusterName",
           n.kernel_version as "kernelVersion", n.is_ready as "isReady", n.ip, n.memory, round(n.cpu) as cpu,
           n.gpu_memory as gpu, n.disk
         from nodes n join clusters c on c.id = n.cluster_id order by n.cluster_id, n.id limit 100) p),
       'meta', json_build_object('readyNodeCount', sum(ready_node_count)), 'total', sum(node_count)) as answer
     from clusters`,
    [],
  ],
  '/nova_data': [
    `select json_build_object('status', true, 'code', 200, 'data', (select json_agg(p) from (
         select extract(epoch from m.created_at)::int as created_time, m.data_center_id as dc_id,
           m.disk_gb as flavor_disk, m.memory_mb as flavor_memory, m.vcpus as flavor_vcpu, m.host_name as host,
           (select json_agg(json_build_object('id', a->'networkId', 'ip', a->'ip', 'name', a->'networkName'))
             from jsonb_array_elements(m.addresses) a) as networks,
           m.name as nova_name, m.power_state as nova_power_state, m.status as nova_status, m.cloud_id as nova_uuid,
           t.name as tenant,
           (select coalesce(json_agg(json_build_object('id', i, 'volume_type', v.volume_type, 'volume_status',
               v.cloud_status, 'volume_size', v.size_gb, 'volume_bootable', v.is_bootable::text)), '[]')
             from jsonb_array_elements_text(m.volume_ids) i left join volumes v on v.id = m.data_center_id || ':' || i) as volume
         from virtual_machines m left join tenants t on t.id = m.tenant_id
         where m.data_center_id = $1 order by m.created_at desc, m.id desc limit 100) p),
       'total', (select total from virtual_machine_counts where data_center_id = $1 and facet = 'all' and value = '')) as answer`,
    ['d'.repeat(32)],
  ],
};
http
  .createServer(async (request, response) => {
    const [text, values] = STATEMENTS[request.url];
    const { rows } = await pool.query({
      name: request.url,
      text: text.replace('as answer', '::text as answer'),
      values,
    });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(rows[0].answer);
  })
  .listen(Number(port), '127.0.0.1');
