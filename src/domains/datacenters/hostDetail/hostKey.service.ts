import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW } from '../../../database/clock.js';
import type { TableOf } from '../../../database/columns.js';
import { rowPerKey } from '../../../database/rowsBy.js';
import type { RequestContext } from '../../../kernel/context.js';
import type { DataCenter } from '../dataCenter.entity.js';
import type { Host } from '../inventory/host.entity.js';
import { HostKey } from './hostKey.entity.js';

interface Tables {
  host_keys: TableOf<HostKey>;
  data_centers: TableOf<DataCenter>;
}

/** By which hosts are told apart. */
type Keyed = Pick<Host, 'hostKey'>;

/** The host keys of hosts: the first that each showed, beside which no other is accepted. */
export class HostKeyService {
  /** Null before the first; those of several hosts are one statement. */
  async of(ctx: RequestContext, { hostKey: id }: Keyed): Promise<string | null> {
    const loader = ctx.loaders.of<string, HostKey | null>(HostKey, async (ids) =>
      rowPerKey(ctx.reader, HostKey, 'id', ids),
    );
    return (await loader.load(id))?.key ?? null;
  }

  /** Keeps the first one, of a host that was reached through this LCM; nothing where that is another one now. */
  async keep(
    em: EntityManager,
    { id: dataCenterId, lcmIp }: Pick<DataCenter, 'id' | 'lcmIp'>,
    { hostKey: id }: Keyed,
    key: string,
  ): Promise<void> {
    await em
      .getKysely<Tables>()
      .insertInto('host_keys')
      .columns(['id', 'data_center_id', 'key', 'seen_at'])
      .expression((eb) =>
        eb
          .selectFrom('data_centers')
          .where('id', '=', dataCenterId)
          .where('lcm_ip', '=', lcmIp)
          .select([eb.val(id).as('id'), 'id as data_center_id', eb.val(key).as('key'), NOW.as('seen_at')])
          .forKeyShare(),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** What was known; null for none. */
  async forget(em: EntityManager, { hostKey: id }: Keyed): Promise<string | null> {
    const [known] = await em
      .getKysely<Tables>()
      .deleteFrom('host_keys')
      .where('id', '=', id)
      .returning('key')
      .execute();
    return known?.key ?? null;
  }

  /** Of another LCM the hosts are others. */
  async forgetAll(em: EntityManager, dataCenterId: string): Promise<void> {
    await em.nativeDelete(HostKey, { dataCenter: dataCenterId });
  }
}
