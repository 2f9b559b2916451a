import { IdFilter, StringFilter, enumFilter } from '../../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../../kernel/lists.js';
import { InventoryChange, InventoryChangeKind } from './change.entity.js';

export const InventoryChangeList = listOf(InventoryChange, {
  items: 'changes',
  fields: {
    id: { by: 'the key', filter: IdFilter, order: true },
    kind: { by: 'what became of it', filter: enumFilter(InventoryChangeKind, 'InventoryChangeKind') },
    virtualMachineId: { by: 'the key of the virtual machine', filter: IdFilter },
    name: { by: 'the name of the virtual machine', filter: StringFilter, order: true },
  },
});
export type InventoryChangeArgs = ArgsOf<typeof InventoryChangeList>;
