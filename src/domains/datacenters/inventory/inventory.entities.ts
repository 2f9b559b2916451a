import { Aggregate } from './aggregate.entity.js';
import { Flavor, VolumeType } from './flavor.entity.js';
import { AggregateHost, Host } from './host.entity.js';
import { Image } from './image.entity.js';
import {
  Inventory,
  InventoryGeneration,
  InventoryReading,
  StagedItem,
  VirtualMachineChange,
} from './intake/intake.entity.js';
import { Network } from './network.entity.js';
import { Stack } from './stack.entity.js';
import { Tenant, TenantQuota } from './tenant.entity.js';
import {
  VirtualMachine,
  VirtualMachineCount,
  VirtualMachineNetwork,
  VirtualMachineVolume,
} from './virtualMachine.entity.js';
import { Volume } from './volume.entity.js';

/** Every stored class of the inventory. */
export const INVENTORY_ENTITIES = [
  Aggregate,
  AggregateHost,
  Flavor,
  Host,
  Image,
  Inventory,
  InventoryGeneration,
  InventoryReading,
  Network,
  Stack,
  StagedItem,
  Tenant,
  TenantQuota,
  VirtualMachine,
  VirtualMachineChange,
  VirtualMachineCount,
  VirtualMachineNetwork,
  VirtualMachineVolume,
  Volume,
  VolumeType,
];
