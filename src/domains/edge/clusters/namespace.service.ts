import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Database } from '../../../database/database.js';
import { rowsOf } from '../../../database/rows.js';
import { Business, BusinessStatus } from '../../identity/index.js';
import { type ClusterAccess, withDeadline } from './clusterAccess.service.js';
import { settleAll } from './settleAll.js';

/** ote-stack's namespace of a business. */
export const namespaceOf = (businessId: number): string => `ns${businessId}`;

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
    const rows = await rowsOf(
      em,
      sql`select "id" from "clusters" as "c" where (select count(*) from "cluster_namespaces" as "n"
        where "n"."cluster_id" = "c"."id" and "n"."business_id" = any(${businesses}::int[])) < ${businesses.length}`,
    );
    return rows.map((row) => Number(row['id']));
  }

  /** Makes those that are missing; throws when one could not be made. */
  async apply(clusterId: number, signal: AbortSignal): Promise<void> {
    const em = this.database.fork();
    const made = await rowsOf(
      em,
      sql`select "business_id" from "cluster_namespaces" where "cluster_id" = ${clusterId}`,
    );
    const known = new Set(made.map((row) => Number(row['business_id'])));
    const missing = (await this.#approved(em)).filter((id) => !known.has(id));
    if (missing.length === 0) return;
    await this.access.work(clusterId, async (client) =>
      settleAll(missing, async (id) => {
        await withDeadline(signal, async (limit) => client.ensureNamespace(namespaceOf(id), limit));
        await rowsOf(
          em,
          sql`insert into "cluster_namespaces" ("cluster_id", "business_id", "created_at")
            select "id", ${id}, now() from "clusters" where "id" = ${clusterId} on conflict do nothing`,
        );
      }),
    );
  }

  async #approved(em: EntityManager): Promise<number[]> {
    const found = await em.find(Business, { status: BusinessStatus.APPROVED }, { fields: ['id'] });
    return found.map(({ id }) => id);
  }
}
