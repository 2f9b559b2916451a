import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { NOW, databaseNow, timeIn } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { sourceOf } from '../../../database/sourceOf.js';
import { rowsOf } from '../../../database/rows.js';
import { Cluster } from '../clusters/cluster.entity.js';
import { ClusterWatcher } from './watcher.entity.js';
import type { EdgeTables } from '../edge.tables.js';
import { CLUSTER_CHANGED } from '../edge.topics.js';

/** A cluster that this replica shall watch; another revision means another kubeconfig. */
export interface Lease {
  clusterId: number;
  revision: number;
}

/** Milliseconds after which a replica that is gone is forgotten. */
const FORGOTTEN_AFTER = 3_600_000;

/** What all replicas know of a cluster, and are told when it changes. */
type Told = Pick<Cluster, 'wasReady' | 'failure' | 'version'>;

/** Which replica watches which cluster, and what all replicas shall know of a cluster's life. */
export class LeaseService {
  /** This replica's name. */
  readonly #replica = randomUUID();

  constructor(
    private readonly database: Database,
    private readonly periods: {
      /** Milliseconds for which a lease is held unless renewed. */
      lease: number;
      /** Milliseconds without an answer after which a cluster counts as dead. */
      silence: number;
    },
  ) {}

  /** Renews what this replica holds and takes what nobody holds any more, up to its share. */
  async renew(): Promise<Lease[]> {
    return this.database.fork().transactional(async (em) => {
      await this.#stayAlive(em);
      const held = await this.#takeShare(em);
      return held.map((row) => ({ clusterId: Number(row['id']), revision: Number(row['revision']) }));
    });
  }

  /** Tells of clusters that died. */
  async announceDeaths(): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const clusters = sourceOf(em, Cluster);
      // SQL, since what is locked is passed over: another replica tells of it.
      const died = await rowsOf(
        em,
        sql`update "clusters" set "was_ready" = false where "id" in (
          select "e"."id" from ${clusters.from()}
          where "e"."was_ready" and not ${sql.raw(clusters.column('isReady').sql)} for no key update skip locked)
          returning "id"`,
      );
      for (const row of died) {
        const id = Number(row['id']);
        await this.database.notifications.publish(em, CLUSTER_CHANGED, { id, change: 'UPDATED' });
      }
    });
  }

  async #stayAlive(em: EntityManager): Promise<void> {
    const tables = em.getKysely<EdgeTables>();
    const aliveUntil = timeIn(this.periods.lease);
    await tables
      .insertInto('cluster_watchers')
      .values({ id: this.#replica, alive_until: aliveUntil })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ alive_until: aliveUntil }))
      .execute();
    const gone = tables
      .selectFrom('cluster_watchers')
      .select('id')
      .where('alive_until', '<', timeIn(-FORGOTTEN_AFTER))
      .forUpdate()
      .skipLocked();
    await tables.deleteFrom('cluster_watchers').where('id', 'in', gone).execute();
  }

  /**
   * Each replica has as many clusters as any other. What it holds beyond that it does not renew: it stops watching at
   * once, and another takes the cluster when the lease has run out. What is free but locked, perhaps by a replica that is gone, is
   * left for the next time. SQL, since the share is counted, locked and taken at one moment.
   */
  async #takeShare(em: EntityManager): Promise<Record<string, unknown>[]> {
    const isMine = sql`("watcher" = ${this.#replica}::uuid and "watched_until" >= now()) is true`;
    const isFree = sql`("watched_until" is null or "watched_until" < now())`;
    return rowsOf(
      em,
      sql`with "wanted" as (
          select "id" from "clusters" where ${isMine} or ${isFree} order by ${isMine} desc, "id"
          limit ceil((select count(*) from "clusters")::float / (select count(*) from "cluster_watchers" where "alive_until" >= now()))),
        "mine" as (
          select "id" from "clusters" where "id" in (select "id" from "wanted") and ${isMine}
          order by "id" for no key update),
        "free" as (
          select "id" from "clusters" where "id" in (select "id" from "wanted") and ${isFree}
          order by "id" for no key update skip locked),
        "locked" as (select "id" from "mine" union all select "id" from "free")
        update "clusters" as "c" set "watcher" = ${this.#replica}::uuid, "watched_until" = ${timeIn(this.periods.lease)}, "silence" = ${this.periods.silence}
        from "locked" where "c"."id" = "locked"."id" returning "c"."id", "c"."revision"`,
    );
  }

  /** Locks the cluster's row until the transaction ends; throws unless this replica is the one that watches. */
  async lock(em: EntityManager, clusterId: number): Promise<Told> {
    const locked = await em
      .getKysely<EdgeTables>()
      .selectFrom('clusters')
      .select(['was_ready as wasReady', 'failure', 'version'])
      .where('id', '=', clusterId)
      .where('watcher', '=', this.#replica)
      .where('watched_until', '>=', NOW)
      .forNoKeyUpdate()
      .executeTakeFirst();
    // Another replica may know better by now; if not, whatever was told is to be told again.
    if (!locked) throw new Error('the lease of the cluster has run out');
    return locked;
  }

  /** Gives back everything, so that another replica can go on at once. */
  async release(): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      await em.nativeUpdate(Cluster, { watcher: this.#replica }, { watcher: null, watchedUntil: null });
      await em.nativeDelete(ClusterWatcher, { id: this.#replica });
    });
  }

  /** The cluster has answered, with what of it cannot be read; tells when it had been dead or failing otherwise. */
  async recordSeen(clusterId: number, failure: string | null = null): Promise<void> {
    await this.#record(clusterId, { failure, wasReady: true }, { lastSeenAt: databaseNow() });
  }

  /** Why the cluster cannot be read. */
  async fail(clusterId: number, failure: string): Promise<void> {
    await this.#record(clusterId, { failure });
  }

  /** Which Kubernetes it runs. */
  async setVersion(clusterId: number, version: string): Promise<void> {
    await this.#record(clusterId, { version });
  }

  /** Tells when it is news. */
  async #record(
    clusterId: number,
    told: Partial<Told>,
    seen: Pick<Partial<Cluster>, 'lastSeenAt'> = {},
  ): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const before = await this.lock(em, clusterId);
      const isNews = Object.entries(told).some(([name, value]) => before[name as keyof Told] !== value);
      if (isNews || seen.lastSeenAt) await em.nativeUpdate(Cluster, { id: clusterId }, { ...told, ...seen });
      if (isNews)
        await this.database.notifications.publish(em, CLUSTER_CHANGED, { id: clusterId, change: 'UPDATED' });
    });
  }
}
