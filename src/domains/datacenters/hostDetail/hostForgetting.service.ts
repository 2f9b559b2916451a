import type { RequestContext } from '../../../kernel/context.js';
import { notFound } from '../../../kernel/errors.js';
import type { AuditService } from '../../identity/index.js';
import type { DataCenterService } from '../dataCenter.service.js';
import type { Host } from '../inventory/host.entity.js';
import type { ItemService } from '../inventory/item.service.js';
import type { HostKeyService } from './hostKey.service.js';

interface Parts {
  dataCenters: DataCenterService;
  hostKeys: HostKeyService;
  hosts: ItemService<Host>;
  trail: AuditService;
}

/** Makes host keys forgotten, for who may change the data center. */
export class HostForgetting {
  constructor(private readonly parts: Parts) {}

  /** NOT_FOUND for a foreign host as for none. One without a known key stays as it is. */
  async forget(ctx: RequestContext, id: string): Promise<Host> {
    const { dataCenters, hostKeys, hosts, trail } = this.parts;
    const host = await hosts.find(ctx, id);
    if (!host) throw notFound('host', id);
    const { businessId } = await dataCenters.get(ctx, host.dataCenterId);
    await ctx.em.transactional(async (em) => {
      const known = await hostKeys.forget(em, host);
      if (known === null) return;
      const of = (hostKey: string | null) => ({ type: 'Host', id, businessId, values: { hostKey } });
      trail.record(em, ctx, 'host.forgetKey', of(known), of(null));
    });
    ctx.loaders.clear();
    return host;
  }
}
