import { Client } from 'pg';

/** What the inventory of one data center has. */
export const SIZE = { hosts: 1000, servers: 20_000, volumes: 10_000, tenants: 50, images: 20, changes: 400 };

/** `$1` is the data center. */
const STATEMENTS = [
  `insert into data_centers (id, created_at, updated_at, owner_id, name, mode, country, province, city, system_name,
     cee_version, lcm_ip, lcm_user, openstackrc_dir, lcmrc_dir)
   values ($1, now(), now(), 1, 'large', false, '', '', '', 'DL33', 'drop28', '', '', '', '')`,
  `insert into tenants (id, data_center_id, cloud_id, name, digest, domain_id, domain_name, description, is_enabled)
   select $1 || ':t' || n, $1, 't' || n, 'tenant-' || n, '', 'default', 'Default', 'Tenant ' || n, true
   from generate_series(1, ${SIZE.tenants}) n`,
  `insert into tenant_quotas (id, data_center_id, cloud_id, cores, ram, instances, volumes, digest)
   select id, $1, cloud_id, '{"inUse":20,"limit":100}', '{"inUse":40960,"limit":-1}', '{"inUse":10,"limit":500}',
     '[{"name":"default","inUse":100,"limit":1000},{"name":"ssd","inUse":100,"limit":-1}]', '' from tenants where data_center_id = $1`,
  `insert into images (id, data_center_id, cloud_id, name, digest, status, cloud_status, size)
   select $1 || ':i' || n, $1, 'i' || n, 'image-' || n, '', 'ACTIVE', 'active', 1000000000
   from generate_series(1, ${SIZE.images}) n`,
  `insert into hosts (id, data_center_id, cloud_id, name, digest, host_key, availability_zone, is_up, is_enabled, heartbeat_at,
     address, hypervisor_type, vcpus, memory_mb, disk_gb, used_vcpus, used_memory_mb, used_disk_gb, virtual_machine_count)
   select $1 || ':h' || n, $1, gen_random_uuid()::text, 'compute-' || lpad(n::text, 4, '0'), '', $1 || ':compute-' || n, 'zone-' || n % 8,
     n % 50 > 0, true, now(), '10.0.' || n / 250 || '.' || n % 250, 'QEMU', 128, 524288, 4000, n % 128, n * 512, n % 4000, 20
   from generate_series(1, ${SIZE.hosts}) n`,
  `insert into virtual_machines (id, data_center_id, cloud_id, name, digest, tenant_id, status, cloud_status, status_key, power_state,
     cloud_power_state, host_name, host_key, availability_zone, instance_name, flavor_id, flavor_name, vcpus, memory_mb, disk_gb,
     image_id, addresses, volume_ids, created_at, updated_at)
   select $1 || ':' || uid, $1, uid, 'server-' || md5(n::text), '', $1 || ':t' || 1 + n % ${SIZE.tenants}, 'ACTIVE', 'ACTIVE', 'active',
     'RUNNING', 1, 'compute-' || n % ${SIZE.hosts}, $1 || ':compute-' || n % ${SIZE.hosts}, 'zone-' || n % 8,
     'instance-' || lpad(to_hex(n), 8, '0'), $1 || ':f1', 'm1.large', 4, 8192, 80, $1 || ':i' || 1 + n % ${SIZE.images},
     jsonb_build_array(jsonb_build_object('ip', '10.1.' || n / 250 || '.' || n % 250, 'isFloating', false, 'networkId', 'n1',
       'networkName', 'net', 'portId', uid)),
     case when n % 2 = 0 then jsonb_build_array('v' || n / 2) else '[]' end, now() - n * interval '1 minute', now()
   from (select n, gen_random_uuid()::text as uid from generate_series(1, ${SIZE.servers}) n) given`,
  `insert into virtual_machine_volumes (virtual_machine_id, volume_id)
   select id, $1 || ':' || (volume_ids ->> 0) from virtual_machines where data_center_id = $1 and volume_ids <> '[]'`,
  `insert into volumes (id, data_center_id, cloud_id, name, digest, tenant_id, volume_type, status, cloud_status, size_gb, is_bootable, created_at)
   select $1 || ':v' || n, $1, 'v' || n, 'volume-' || n, '', $1 || ':t' || 1 + n % ${SIZE.tenants}, 'ssd', 'IN_USE', 'in-use', 100,
     n % 3 = 0, now() from generate_series(1, ${SIZE.volumes}) n`,
  `insert into virtual_machine_counts (data_center_id, facet, value, total)
   select $1, case when grouping(status_key) = 0 then 'status' when grouping(tenant_id) = 0 then 'tenant' else 'all' end,
     coalesce(status_key, tenant_id, ''), count(*) from virtual_machines where data_center_id = $1
   group by grouping sets ((status_key), (tenant_id), ())`,
  `insert into inventory_readings (data_center_id, kind, read_at)
   select $1, kind, now() from unnest('{tenants,hosts,images,servers,volumes,quotas}'::text[]) kind`,
  `insert into inventory_generations (data_center_id, generation, run_id, taken_at) values ($1, 1, md5('1'), now())`,
  `insert into inventories (data_center_id, generation) values ($1, 1)`,
];

/** As if another run had found that some of them moved. */
const CHANGES = [
  `insert into virtual_machine_changes (data_center_id, generation, virtual_machine_id, before, after)
   select $1, 2, id, jsonb_build_object('name', name, 'hostName', 'compute-0', 'flavorName', flavor_name, 'vcpus', vcpus, 'memoryMb', memory_mb, 'diskGb', disk_gb),
     jsonb_build_object('name', name, 'hostName', host_name, 'flavorName', flavor_name, 'vcpus', vcpus, 'memoryMb', memory_mb, 'diskGb', disk_gb)
   from virtual_machines where data_center_id = $1 order by id limit ${SIZE.changes}`,
  `insert into inventory_generations (data_center_id, generation, run_id, taken_at) values ($1, 2, md5('2'), now())`,
  `update inventories set generation = 2 where data_center_id = $1`,
];

async function run(url: string, statements: readonly string[], id: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement, statement.includes('$1') ? [id] : []);
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

export const seedInventory = async (url: string, id: string): Promise<void> => run(url, STATEMENTS, id);
export const seedChanges = async (url: string, id: string): Promise<void> => run(url, CHANGES, id);
