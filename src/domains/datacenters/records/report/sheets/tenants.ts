import { rowsBy } from '../../../../../database/rowsBy.js';
import { type QuotaFigure, Tenant, TenantQuota } from '../../../inventory/tenant.entity.js';
import { WIDTH, keyColumns, yesOrNo } from './columns.js';
import type { ItemSheet } from './itemSheet.js';

export const TENANTS: ItemSheet<Tenant, Tenant> = {
  entity: Tenant,
  columns: [
    ...keyColumns<Tenant>((tenant) => tenant),
    { title: 'Domain', width: WIDTH.LONG, of: ({ domainName, domainId }) => domainName ?? domainId },
    { title: 'Enabled', width: WIDTH.SHORT, of: ({ isEnabled }) => yesOrNo(isEnabled) },
    { title: 'Description', width: WIDTH.ID, of: ({ description }) => description },
  ],
  rowsOf: async (tenants) => tenants,
};

interface QuotaRow {
  tenant: Tenant;
  resource: string;
  figure: QuotaFigure;
}

/** OpenStack's number for it. */
const UNLIMITED = -1;

/** A row for each resource of each tenant whose quota was read. */
export const QUOTAS: ItemSheet<Tenant, QuotaRow> = {
  entity: Tenant,
  columns: [
    { title: 'Tenant', width: WIDTH.LONG, of: ({ tenant }) => tenant.name },
    { title: 'Tenant id', width: WIDTH.ID, of: ({ tenant }) => tenant.cloudId },
    { title: 'Resource', width: WIDTH.LONG, of: ({ resource }) => resource },
    { title: 'Used', width: WIDTH.SHORT, of: ({ figure }) => figure.inUse },
    {
      title: 'Limit',
      width: WIDTH.SHORT,
      of: ({ figure: { limit } }) => (limit === UNLIMITED ? 'unlimited' : limit),
    },
  ],
  rowsOf: async (tenants, reader) => {
    const quotas = await rowsBy(
      reader,
      TenantQuota,
      'id',
      tenants.map(({ id }) => id),
    );
    const byId = new Map(quotas.map((quota) => [quota.id, quota]));
    return tenants.flatMap((tenant) => {
      const quota = byId.get(tenant.id);
      if (!quota) return [];
      const { cores, ram, instances, volumes } = quota;
      return [
        { tenant, resource: 'Cores', figure: cores },
        { tenant, resource: 'Memory, MB', figure: ram },
        { tenant, resource: 'Servers', figure: instances },
        ...volumes.map((volume) => ({ tenant, resource: `Volumes, GB: ${volume.name}`, figure: volume })),
      ];
    });
  },
};
