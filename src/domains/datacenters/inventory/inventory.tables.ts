import type { TableOf } from '../../../database/columns.js';
import type { Inventory, InventoryGeneration, InventoryReading, StagedItem } from './intake/intake.entity.js';
import type { Host } from './host.entity.js';
import type { VirtualMachineCount } from './virtualMachine.entity.js';

/** For `getKysely`. */
export interface InventoryTables {
  hosts: TableOf<Host, { reportedAt: never }>;
  inventories: TableOf<Inventory>;
  inventory_readings: TableOf<InventoryReading>;
  inventory_staged: TableOf<StagedItem>;
  inventory_generations: TableOf<InventoryGeneration>;
  virtual_machine_counts: TableOf<VirtualMachineCount>;
}
