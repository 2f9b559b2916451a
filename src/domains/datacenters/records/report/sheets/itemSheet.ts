import type { EntityClass } from '../../../../../database/sourceOf.js';
import type { Reader } from '../../../../../kernel/context.js';
import type { HostService } from '../../../inventory/host.service.js';
import type { VirtualMachineService } from '../../../inventory/virtualMachine.service.js';
import type { Column } from './columns.js';

export interface SheetServices {
  hosts: HostService;
  virtualMachines: VirtualMachineService;
}

/** A sheet of what was read of a cloud: rows for each item of one kind. */
export interface ItemSheet<T extends object, R> {
  entity: EntityClass<T>;
  columns: readonly Column<R>[];
  /** The rows of some items. */
  rowsOf: (items: readonly T[], reader: Reader, services: SheetServices) => Promise<readonly R[]>;
}
