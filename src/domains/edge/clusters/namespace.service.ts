import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { oneOf } from '../../../database/rows.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { Business, BusinessStatus } from '../../identity/index.js';
import { type ClusterAccess, withDeadline } from './clusterAccess.service.js';
import { settleAll } from './settleAll.js';
import type { EdgeTables } from '../edge.tables.js';
import { ClusterNamespace } from './namespace.entity.js';

/** ote-stack's namespace of a business. */
export const namespaceOf = (businessId: number): string => `ns${businessId}`;

/** Does nothing where the cluster is known no more. */
async function recordNamespace(em: EntityManager, clusterId: number, businessId: number): Promise<void> {
  const tables = em.getKysely<EdgeTables>();
  await tables
    .insertInto('cluster_namespaces')
    .columns(['cluster_id', 'business_id', 'created_at'])
    .expression(
      tables
        .selectFrom('clusters')
        .select((eb) => ['id', eb.val(businessId).as('business_id'), NOW.as('created_at')])
        .where('id', '=', clusterId),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The namespace of every approved business in every cluster. */
export class NamespaceService {
  constructor(
    private readonly database: Database,
    private readonly access: ClusterAccess,
  ) {}

  /** Clusters in which a namespace is missing. */
  async pending(): Promise<number[]> {
    const em = this.database.fork();
    const businesses = await this.#approved(em);
    if (businesses.length === 0) return [];
    const lacking = await em
      .getKysely<EdgeTables>()
      .selectFrom('clusters as c')
      .select('c.id')
      .where((eb) => {
        const made = eb
          .selectFrom('cluster_namespaces as n')
          .select(eb.fn.countAll<number>().as('count'))
          .whereRef('n.cluster_id', '=', 'c.id')
          .where('n.business_id', '=', oneOf(businesses, 'int'));
        return eb(made, '<', businesses.length);
      })
      .execute();
    return lacking.map(({ id }) => id);
  }

  /** Makes those that are missing; throws when one could not be made. */
  async apply(clusterId: number, signal: AbortSignal): Promise<void> {
    const em = this.database.fork();
    const made = await rowsBy(em, ClusterNamespace, 'clusterId', [clusterId]);
    const known = new Set(made.map(({ businessId }) => businessId));
    const missing = (await this.#approved(em)).filter((id) => !known.has(id));
    if (missing.length === 0) return;
    await this.access.work(clusterId, async (client) =>
      settleAll(missing, async (id) => {
        await withDeadline(signal, async (limit) => client.ensureNamespace(namespaceOf(id), limit));
        await recordNamespace(em, clusterId, id);
      }),
    );
  }

  async #approved(em: EntityManager): Promise<number[]> {
    const found = await em.find(
      Business,
      { status: BusinessStatus.APPROVED },
      { fields: ['id'], orderBy: { id: 'asc' } },
    );
    return found.map(({ id }) => id);
  }
}
