import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../../database/database.js';
import { sourceOf } from '../../../database/sourceOf.js';
import { rowsOf } from '../../../database/rows.js';
import { Cluster } from '../clusters/cluster.entity.js';
import { CLUSTER_CHANGED } from '../edge.topics.js';

/** A cluster that this replica shall watch; another revision means another kubeconfig. */
export interface Lease {
  clusterId: number;
  revision: number;
}

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
    await rowsOf(
      em,
      sql`insert into "cluster_watchers" ("id", "alive_until") values (${this.#replica}::uuid, ${this.#end})
        on conflict ("id") do update set "alive_until" = excluded."alive_until"`,
    );
    await rowsOf(
      em,
      sql`delete from "cluster_watchers" where "id" in (
        select "id" from "cluster_watchers" where "alive_until" < now() - interval '1 hour' for update skip locked)`,
    );
  }

  /**
   * Each replica has as many clusters as any other. What it holds beyond that it does not renew: it stops watching at
   * once, and another takes the cluster when the lease has run out. What is free but locked, perhaps by a replica that is gone, is
   * left for the next time.
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
        update "clusters" as "c" set "watcher" = ${this.#replica}::uuid, "watched_until" = ${this.#end}, "silence" = ${this.periods.silence}
        from "locked" where "c"."id" = "locked"."id" returning "c"."id", "c"."revision"`,
    );
  }

  /** When a lease of now runs out. */
  get #end(): RawBuilder<Date> {
    return sql`now() + ${this.periods.lease} * interval '1 ms'`;
  }

  /** Locks the cluster's row until the transaction ends, if this replica is the one that watches. */
  async lock(em: EntityManager, clusterId: number): Promise<boolean> {
    return (await this.#locked(em, clusterId)).length > 0;
  }

  async #locked(em: EntityManager, clusterId: number): Promise<Record<string, unknown>[]> {
    return rowsOf(
      em,
      sql`select "was_ready", "failure", "version" from "clusters"
        where "id" = ${clusterId} and "watcher" = ${this.#replica}::uuid and "watched_until" >= now() for no key update`,
    );
  }

  /** Gives back everything, so that another replica can go on at once. */
  async release(): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      await rowsOf(
        em,
        sql`update "clusters" set "watcher" = null, "watched_until" = null where "watcher" = ${this.#replica}::uuid`,
      );
      await rowsOf(em, sql`delete from "cluster_watchers" where "id" = ${this.#replica}::uuid`);
    });
  }

  /** The cluster has answered, with what of it cannot be read; tells when it had been dead or failing otherwise. */
  async recordSeen(clusterId: number, failure: string | null = null): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const [before] = await this.#locked(em, clusterId);
      if (!before) return;
      await rowsOf(
        em,
        sql`update "clusters" set "last_seen_at" = now(), "failure" = ${failure}, "was_ready" = true where "id" = ${clusterId}`,
      );
      if (before['was_ready'] === true && before['failure'] === failure) return;
      await this.database.notifications.publish(em, CLUSTER_CHANGED, { id: clusterId, change: 'UPDATED' });
    });
  }

  /** Why the cluster cannot be read. */
  async fail(clusterId: number, reason: string): Promise<void> {
    await this.#set(clusterId, 'failure', reason);
  }

  /** Which Kubernetes it runs. */
  async setVersion(clusterId: number, version: string): Promise<void> {
    await this.#set(clusterId, 'version', version);
  }

  /** Tells when it is news. */
  async #set(clusterId: number, column: 'failure' | 'version', value: string): Promise<void> {
    await this.database.fork().transactional(async (em) => {
      const [before] = await this.#locked(em, clusterId);
      if (!before || before[column] === value) return;
      await rowsOf(em, sql`update "clusters" set ${sql.ref(column)} = ${value} where "id" = ${clusterId}`);
      await this.database.notifications.publish(em, CLUSTER_CHANGED, { id: clusterId, change: 'UPDATED' });
    });
  }
}
