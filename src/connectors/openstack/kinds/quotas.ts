import { z } from 'zod';
import type { CloudQuota, QuotaFigure } from '../../../domains/datacenters/cloud.port.js';
import type { Cloud } from '../cloud.js';
import { inBatches } from '../batches.js';
import { isStatus } from '../failures.js';
import { NOVA_QUOTA_RIGHT, novaQuotaSchema } from '../resources/compute.js';
import { CINDER_QUOTA_RIGHT, cinderQuotaSchema } from '../resources/storage.js';

/** Types of volumes of one tenant. */
const MOST_TYPES = 1000;
/** What services answer for a tenant that they do not know. */
const UNKNOWN = [400, 404];
const OF_TYPE = 'gigabytes_';
/** As documents name the figure over all volume types. */
const DEFAULT = 'default';

const toFigure = ({ in_use: inUse, limit }: { in_use: number; limit: number }): QuotaFigure => ({
  inUse,
  limit,
});

async function volumeFigures(cloud: Cloud, tenant: string): Promise<CloudQuota['volumes']> {
  if (!cloud.has('Cinder')) return { [DEFAULT]: { inUse: 0, limit: 0 } };
  const { quota_set: figures } = await cloud.connection.get(
    {
      service: 'Cinder',
      path: `os-quota-sets/${encodeURIComponent(tenant)}`,
      query: new URLSearchParams({ usage: 'True' }),
      right: CINDER_QUOTA_RIGHT,
    },
    cinderQuotaSchema,
  );
  const named = figures.flatMap(([key, figure]): [string, QuotaFigure][] => {
    if (key === 'gigabytes') return [[DEFAULT, toFigure(figure)]];
    if (!key.startsWith(OF_TYPE)) return [];
    const type = key.slice(OF_TYPE.length);
    return [[type === DEFAULT ? `${DEFAULT} (type)` : type, toFigure(figure)]];
  });
  return Object.fromEntries(named.slice(0, MOST_TYPES));
}

/** Whether the tenant has gone since it was listed. */
async function isGone({ connection }: Cloud, tenant: string): Promise<boolean> {
  try {
    await connection.get(
      { service: 'Keystone', path: `projects/${encodeURIComponent(tenant)}` },
      z.unknown(),
    );
    return false;
  } catch (error) {
    if (isStatus(error, 404)) return true;
    throw error;
  }
}

async function quotaOf(cloud: Cloud, tenant: string): Promise<CloudQuota[]> {
  try {
    const [{ quota_set: nova }, volumes] = await Promise.all([
      cloud.connection.get(
        {
          service: 'Nova',
          path: `os-quota-sets/${encodeURIComponent(tenant)}/detail`,
          right: NOVA_QUOTA_RIGHT,
        },
        novaQuotaSchema,
      ),
      volumeFigures(cloud, tenant),
    ]);
    const { cores, ram, instances } = nova;
    return [
      { id: tenant, cores: toFigure(cores), ram: toFigure(ram), instances: toFigure(instances), volumes },
    ];
  } catch (error) {
    if (isStatus(error, ...UNKNOWN) && (await isGone(cloud, tenant))) return [];
    throw error;
  }
}

export async function* readQuotas(cloud: Cloud): AsyncGenerator<CloudQuota[]> {
  const tenants = await cloud.projects();
  for await (const quotas of inBatches(tenants, ({ id }) => quotaOf(cloud, id))) yield quotas.flat();
}
