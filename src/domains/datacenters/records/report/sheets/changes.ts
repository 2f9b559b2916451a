import type { Reader } from '../../../../../kernel/context.js';
import { nextTurn } from '../../../../../kernel/turns.js';
import {
  type InventoryChange,
  InventoryChangeKind,
  type VirtualMachineState,
} from '../../../inventory/change.entity.js';
import { changesOf, netChangesOf } from '../../../inventory/change.service.js';
import type { RowBatch } from '../../workbook/workbook.js';
import { type Column, WIDTH, cellsOf } from './columns.js';

/** Virtual machines in one statement, each of which looks through all that changed. */
const AT_ONCE = 1000;

const WORDS: { [K in InventoryChangeKind]: string } = {
  [InventoryChangeKind.APPEARED]: 'appeared',
  [InventoryChangeKind.VANISHED]: 'vanished',
  [InventoryChangeKind.MOVED]: 'moved',
  [InventoryChangeKind.RESIZED]: 'resized',
};

const sizeOf = (state: VirtualMachineState | null): string | null =>
  state && `${state.vcpus} vCPUs, ${state.memoryMb} MB, ${state.diskGb} GB`;

export const CHANGE_COLUMNS: readonly Column<InventoryChange>[] = [
  { title: 'Server', width: WIDTH.LONG, of: ({ name }) => name },
  {
    title: 'Id',
    width: WIDTH.ID,
    of: ({ virtualMachineId }) => virtualMachineId.slice(virtualMachineId.indexOf(':') + 1),
  },
  { title: 'Change', width: WIDTH.SHORT, of: ({ kind }) => WORDS[kind] },
  { title: 'Host before', width: WIDTH.LONG, of: ({ before }) => before?.hostName ?? null },
  { title: 'Host after', width: WIDTH.LONG, of: ({ after }) => after?.hostName ?? null },
  { title: 'Flavor before', width: WIDTH.LONG, of: ({ before }) => before?.flavorName ?? null },
  { title: 'Flavor after', width: WIDTH.LONG, of: ({ after }) => after?.flavorName ?? null },
  { title: 'Size before', width: WIDTH.LONG, of: ({ before }) => sizeOf(before) },
  { title: 'Size after', width: WIDTH.LONG, of: ({ after }) => sizeOf(after) },
];

/** How many of each kind there were, in the words of the report. */
export class ChangeCounts {
  readonly #counts = new Map<string, number>(Object.values(WORDS).map((word) => [word, 0]));

  get all(): readonly (readonly [string, number])[] {
    return [...this.#counts];
  }

  add({ kind }: InventoryChange): void {
    this.#counts.set(WORDS[kind], (this.#counts.get(WORDS[kind]) ?? 0) + 1);
  }
}

/** What became of virtual machines from one generation of the inventory to another. */
export async function* changeRows(
  reader: Reader,
  dataCenterId: string,
  generations: { from: number; to: number },
  counts: ChangeCounts,
): AsyncGenerator<RowBatch> {
  let after = '';
  for (;;) {
    const found = await netChangesOf(reader, dataCenterId, generations, { after, limit: AT_ONCE });
    await nextTurn();
    const changes = found.flatMap(changesOf);
    for (const change of changes) counts.add(change);
    yield { rows: changes.map((change) => cellsOf(CHANGE_COLUMNS, change)) };
    const last = found.at(-1);
    if (!last || found.length < AT_ONCE) return;
    after = last.virtualMachineId;
  }
}
