import type { EntityManager, EntityMetadata } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { hash } from 'node:crypto';
import type { Database } from '../../../../database/database.js';
import { rowsOf } from '../../../../database/rows.js';
import { DomainError } from '../../../../kernel/errors.js';
import { pace } from '../../../../kernel/turns.js';
import type { CloudItems, CloudKind } from '../../cloud.port.js';
import type { InventoryIntake, RunIntake } from '../../refresh/intake.port.js';
import type { InventoryTables } from '../inventory.tables.js';
import { storableKey, storableValue } from './foreignValues.js';
import { KINDS, type KeyOf } from './kinds.js';
import { superseded } from './superseded.js';
import { swapIn } from './swap.service.js';

/** Characters, which with their indexes are a few times as many bytes; those of 20,000 virtual machines are 20 million. */
const MOST_STORED = 256 * 1024 * 1024;
/** Items in one statement. */
const BATCH = 250;
/** Digests that are read in one statement. */
const DIGESTS = 1000;
/** Stands for the digest of what the run has read. */
const SEEN = '';

/** An item that shall be written, by the names of its columns; null for one that is gone. */
interface Staged {
  id: string;
  values: object | null;
}

interface Run {
  dataCenterId: string;
  runId: string;
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

const digestOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/** What makes the columns of an item of a data center. */
function rowMaker<K extends CloudKind>(em: EntityManager, kind: K, dataCenterId: string) {
  const { entity, toRow } = KINDS[kind];
  const { properties }: EntityMetadata = em.getMetadata(entity as new () => object);
  const keyOf: KeyOf = (cloudId) => `${dataCenterId}:${storableKey(cloudId)}`;
  return (item: CloudItems[K], cloudId: string) => {
    const columns: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(toRow(item, keyOf)))
      columns[properties[name]?.fieldNames[0] ?? name] = storableValue(value, name);
    const text = JSON.stringify(columns);
    const digest = digestOf(text);
    const keys = { id: keyOf(cloudId), data_center_id: dataCenterId, cloud_id: cloudId, digest };
    return { digest, length: text.length, staged: () => ({ id: keys.id, values: { ...keys, ...columns } }) };
  };
}

class Intake implements RunIntake {
  readonly #taken = new Set<CloudKind>();

  constructor(
    private readonly database: Database,
    private readonly run: Run,
    /** Characters of what is still stored. */
    private left: number,
  ) {}

  async take<K extends CloudKind>(kind: K, pages: AsyncIterable<readonly CloudItems[K][]>): Promise<void> {
    const em = this.database.fork();
    const makeRow = rowMaker(em, kind, this.run.dataCenterId);
    const known = await this.#digests(em, kind);
    let changed: Staged[] = [];
    const stage = async () => {
      const batch = changed;
      changed = [];
      await this.#stage(kind, batch);
    };
    for await (const page of pages) {
      for (const item of page) {
        const cloudId = storableKey(item.id);
        const stored = known.get(cloudId);
        if (stored === SEEN) continue;
        known.set(cloudId, SEEN);
        const { digest, length, staged } = pace.part(() => makeRow(item, cloudId));
        this.#takeRoom(length);
        if (stored !== digest) changed.push(staged());
        if (changed.length === BATCH) await stage();
        await pace.rest();
      }
    }
    if (changed.length > 0) await stage();
    const gone = [...known].filter(([, stored]) => stored !== SEEN).map(([cloudId]) => cloudId);
    for (const batch of batchesOf(gone)) {
      await this.#stage(
        kind,
        batch.map((cloudId) => ({ id: `${this.run.dataCenterId}:${cloudId}`, values: null })),
      );
    }
    this.#taken.add(kind);
  }

  async swap(em: EntityManager): Promise<void> {
    await swapIn(em, this.run, this.#taken);
  }

  async discard(): Promise<void> {
    const { dataCenterId, runId } = this.run;
    await this.database.fork().transactional(async (em) => {
      const kysely = em.getKysely<InventoryTables>();
      const released = await kysely
        .updateTable('inventories')
        .set({ run_id: null })
        .where('data_center_id', '=', dataCenterId)
        .where('run_id', '=', runId)
        .returning('data_center_id')
        .execute();
      if (released.length === 0) return;
      await kysely.deleteFrom('inventory_staged').where('data_center_id', '=', dataCenterId).execute();
    });
  }

  /** Room for what is to be stored, which each reading needs anew. */
  #takeRoom(length: number): void {
    this.left -= length;
    if (this.left < 0) throw new DomainError('UPSTREAM_PROTOCOL', 'the cloud has more than is stored of one');
  }

  /** Of what is stored, by what the cloud knows it by. */
  async #digests(em: EntityManager, kind: CloudKind): Promise<Map<string, string>> {
    const { tableName } = em.getMetadata(KINDS[kind].entity as new () => object);
    const digests = new Map<string, string>();
    for (let last = ''; ;) {
      const rows = await em
        .getKysely<Record<string, { id: string; cloud_id: string; data_center_id: string; digest: string }>>()
        .selectFrom(tableName)
        .select(['id', 'cloud_id', 'digest'])
        .where('data_center_id', '=', this.run.dataCenterId)
        .where('id', '>', last)
        .orderBy('id')
        .limit(DIGESTS)
        .execute();
      for (const { cloud_id: cloudId, digest } of rows) digests.set(cloudId, digest);
      const end = rows.at(-1);
      if (!end || rows.length < DIGESTS) return digests;
      last = end.id;
    }
  }

  /** SQL, since rows are staged only while no other run has begun, whose beginning waits for this statement. */
  async #stage(kind: CloudKind, batch: readonly Staged[]): Promise<void> {
    const { dataCenterId, runId } = this.run;
    const staged = await rowsOf(
      this.database.fork(),
      sql`with "current" as (select "data_center_id" from "inventories"
            where "data_center_id" = ${dataCenterId} and "run_id" = ${runId} for share)
        insert into "inventory_staged" ("data_center_id", "kind", "id", "values")
        select "current"."data_center_id", ${kind}, "given"."id", "given"."values"
        from "current" cross join json_to_recordset(${JSON.stringify(batch)}::json) as "given" ("id" text, "values" jsonb)
        on conflict ("data_center_id", "kind", "id") do update set "values" = excluded."values"
        returning 1`,
    );
    if (staged.length !== batch.length) throw superseded();
  }
}

/** Takes in what runs read of clouds, and writes only what differs. */
export class IntakeService implements InventoryIntake {
  constructor(
    private readonly database: Database,
    /** Characters of what one run stores. */
    private readonly most = MOST_STORED,
  ) {}

  async begin(dataCenterId: string, runId: string): Promise<RunIntake> {
    await this.database.fork().transactional(async (em) => {
      const kysely = em.getKysely<InventoryTables>();
      await kysely
        .insertInto('inventories')
        .values({ data_center_id: dataCenterId, run_id: runId, generation: 0 })
        .onConflict((conflict) => conflict.column('data_center_id').doUpdateSet({ run_id: runId }))
        .execute();
      await kysely.deleteFrom('inventory_staged').where('data_center_id', '=', dataCenterId).execute();
    });
    return new Intake(this.database, { dataCenterId, runId }, this.most);
  }
}
