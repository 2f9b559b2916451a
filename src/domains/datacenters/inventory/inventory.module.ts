import type { Database } from '../../../database/database.js';
import type { Reference } from '../../module.js';
import { authorise } from '../../identity/index.js';
import type { DataCenterService } from '../dataCenter.service.js';
import { ChangeService } from './change.service.js';
import { HostService } from './host.service.js';
import { InfrastructureService } from './infrastructure.service.js';
import { ITEMS, itemResolvers } from './inventory.fields.js';
import {
  HostResolver,
  InfrastructureResolver,
  InventoryChangeResolver,
  InventoryResolver,
  TenantResolver,
} from './inventory.resolver.js';
import type { ItemService } from './item.service.js';
import { IntakeService } from './intake/intake.service.js';
import { SummaryService } from './summary.service.js';
import { VirtualMachineService } from './virtualMachine.service.js';
import { VirtualMachineListService } from './virtualMachineList.service.js';

export function createInventory(database: Database, dataCenters: DataCenterService) {
  const hosts = new HostService();
  const infrastructures = new InfrastructureService();
  const virtualMachines = new VirtualMachineService();
  return {
    changes: new ChangeService(dataCenters),
    hosts,
    infrastructures,
    intake: new IntakeService(database),
    summaries: new SummaryService({
      dataCenters,
      hosts,
      infrastructures,
      virtualMachines,
      virtualMachineLists: new VirtualMachineListService(),
    }),
  };
}

export type Inventory = ReturnType<typeof createInventory>;

export function inventoryResolvers({
  changes,
  dataCenters,
  hosts,
  infrastructures,
}: Inventory & { dataCenters: DataCenterService }): object[] {
  return [
    new InventoryResolver({ changes, infrastructures }),
    new InfrastructureResolver(infrastructures),
    new InventoryChangeResolver(ITEMS.virtualMachines),
    new TenantResolver(ITEMS.quotas),
    new HostResolver(hosts),
    ...itemResolvers(dataCenters),
  ];
}

/** What other subgraphs refer to, each kind read in one statement. */
export function inventoryReferences(): Record<string, Reference> {
  const { quotas: _quotas, ...items } = ITEMS;
  const services = Object.values(items) as ItemService<object>[];
  return Object.fromEntries(
    services.map((service) => [
      service.entity.name,
      async ({ id }, ctx) => {
        authorise(ctx.principal, 'datacenter:read');
        return service.find(ctx, id);
      },
    ]),
  );
}
