import { sql } from 'kysely';
import { pageIn } from '../../../database/pageIn.js';
import { rowsOf } from '../../../database/rows.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { badInput, notFound } from '../../../kernel/errors.js';
import { parseHexId } from '../../../kernel/hexIds.js';
import { MOST_LISTED, type Page } from '../../../kernel/pages.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { InventoryChange, InventoryChangeKind, type VirtualMachineState } from './change.entity.js';
import type { InventoryChangeArgs } from './change.inputs.js';
import type { InventoryTables } from './inventory.tables.js';

/** Two runs, by their keys. */
export interface Runs {
  from: string;
  to: string;
}

/** How a virtual machine differs; all alike where it is as it was. */
export interface NetChange {
  virtualMachineId: string;
  before: VirtualMachineState | null;
  after: VirtualMachineState | null;
}

function kindsOf({ before, after }: NetChange): InventoryChangeKind[] {
  if (!before) return after ? [InventoryChangeKind.APPEARED] : [];
  if (!after) return [InventoryChangeKind.VANISHED];
  const isMoved = before.hostName !== after.hostName;
  const isResized = (['flavorName', 'vcpus', 'memoryMb', 'diskGb'] as const).some(
    (name) => before[name] !== after[name],
  );
  return [
    ...(isMoved ? [InventoryChangeKind.MOVED] : []),
    ...(isResized ? [InventoryChangeKind.RESIZED] : []),
  ];
}

export function changesOf(change: NetChange): InventoryChange[] {
  const { virtualMachineId, before, after } = change;
  const name = (after ?? before)?.name ?? '';
  return kindsOf(change).map((kind) => ({
    id: `${virtualMachineId}:${kind}`,
    kind,
    virtualMachineId,
    name,
    before,
    after,
  }));
}

/**
 * What is so after one generation of the inventory and was not after another, by virtual machine. SQL, since of each
 * the first and the last change tell what it comes to.
 */
export async function netChangesOf(
  reader: Reader,
  dataCenterId: string,
  { from, to }: { from: number; to: number },
  { after = '', limit }: { after?: string; limit: number },
): Promise<NetChange[]> {
  const rows = await rowsOf(
    reader,
    sql`select "virtual_machine_id" as "id",
        (array_agg("before" order by "generation"))[1] as "before",
        (array_agg("after" order by "generation" desc))[1] as "after"
      from "virtual_machine_changes"
      where "data_center_id" = ${dataCenterId} and "generation" > ${from} and "generation" <= ${to}
        and "virtual_machine_id" > ${after}
      group by "virtual_machine_id" order by "virtual_machine_id" limit ${limit}`,
  );
  return rows.map(({ id, before, after: last }) => ({
    virtualMachineId: String(id),
    before: before as NetChange['before'],
    after: last as NetChange['after'],
  }));
}

/** What became of virtual machines from one run to another. */
export class ChangeService {
  constructor(private readonly dataCenters: DataCenterService) {}

  /**
   * What is so after `to` and was not after `from`, whatever was so in between. NOT_FOUND for a run of which nothing was
   * taken in, as of a data center that the caller does not see; BAD_INPUT for runs of two data centers or in the wrong order.
   */
  async between(ctx: RequestContext, runs: Runs, args: InventoryChangeArgs): Promise<Page<InventoryChange>> {
    const [from, to] = [await this.#generation(ctx, runs.from), await this.#generation(ctx, runs.to)];
    if (from.dataCenterId !== to.dataCenterId)
      throw badInput([{ path: 'to', message: 'must be a run of the same data center' }]);
    if (from.generation > to.generation)
      throw badInput([{ path: 'to', message: 'must be no earlier run than from' }]);
    const between = { from: from.generation, to: to.generation };
    const changes = await netChangesOf(ctx.reader, to.dataCenterId, between, { limit: MOST_LISTED + 1 });
    if (changes.length > MOST_LISTED) {
      const message = `more than ${MOST_LISTED} virtual machines changed; choose runs that are closer to each other`;
      throw badInput([{ path: 'from', message }]);
    }
    return pageIn(changes.flatMap(changesOf), args, {});
  }

  async #generation(ctx: RequestContext, id: string): Promise<{ dataCenterId: string; generation: number }> {
    const found = await ctx.reader
      .getKysely<InventoryTables>()
      .selectFrom('inventory_generations')
      .select(['data_center_id', 'generation'])
      .where('run_id', '=', parseHexId(id) ?? '')
      .executeTakeFirst();
    const center = found && (await this.dataCenters.find(ctx, found.data_center_id));
    if (!center) throw notFound('run that changed an inventory', id);
    return { dataCenterId: center.id, generation: found.generation };
  }
}
