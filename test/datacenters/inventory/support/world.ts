import { randomBytes } from 'node:crypto';
import type { Database } from '../../../../src/database/database.js';
import type { CloudItems, CloudKind } from '../../../../src/domains/datacenters/cloud.port.js';
import { IntakeService } from '../../../../src/domains/datacenters/inventory/intake/intake.service.js';

export type Items = { [K in CloudKind]?: readonly CloudItems[K][] };

export const newId = (): string => randomBytes(16).toString('hex');

interface Given {
  id?: string;
  businessId?: number | null;
  ownerId?: number;
}

/** A data center in the database; of the system administrator without a business. */
export async function insertDataCenter(
  { database }: { database: Database },
  { id = newId(), businessId = null, ownerId = 1 }: Given = {},
): Promise<string> {
  const given = { id, business_id: businessId, owner_id: ownerId, name: `dc ${id}`, mode: true };
  const texts = ['country', 'province', 'city', 'system_name', 'cee_version'];
  const places = ['lcm_ip', 'lcm_user', 'openstackrc_dir', 'lcmrc_dir'];
  const empty = Object.fromEntries([...texts, ...places].map((name) => [name, '']));
  await database.query(
    `insert into data_centers select (jsonb_populate_record(null::data_centers,
       $1::jsonb || jsonb_build_object('created_at', now(), 'updated_at', now()))).*`,
    [JSON.stringify({ ...empty, ...given })],
  );
  return id;
}

export async function* pagesOf<T>(items: readonly T[], size = 2): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Takes in what is given of a cloud, each kind as a whole, as a run does; the key of the run. */
export async function takeIn(
  { database }: { database: Database },
  dataCenterId: string,
  items: Items,
  size = 500,
): Promise<string> {
  const runId = newId();
  const intake = await new IntakeService(database).begin(dataCenterId, runId);
  for (const kind of Object.keys(items) as CloudKind[])
    await intake.take(kind, pagesOf<never>((items[kind] ?? []) as never[], size));
  await database.fork().transactional(async (em) => intake.swap(em));
  return runId;
}
