import type { Opt } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { TIME } from '../../../../database/entity.js';
import { DataCenter } from '../../dataCenter.entity.js';
import type { CloudKind } from '../../cloud.port.js';

/** A data center's inventory as a whole. */
@Entity({ tableName: 'inventories' })
export class Inventory {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  /** The run that takes it in now; whatever another run staged is void. */
  @Property({ type: 'text', nullable: true })
  runId!: string | null;

  /** Counts the runs that changed it. */
  @Property({ type: 'integer', default: 0 })
  generation!: Opt<number>;
}

/** When each kind was last read. */
@Entity({ tableName: 'inventory_readings' })
export class InventoryReading {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @PrimaryKey({ type: 'text' })
  kind!: CloudKind;

  @Property({ ...TIME })
  readAt!: Date;
}

/** What a run has read and found changed, until it takes the place of what is stored. */
@Entity({ tableName: 'inventory_staged' })
export class StagedItem {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @PrimaryKey({ type: 'text' })
  kind!: CloudKind;

  /** Of the item. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  /** Its columns; null for one that is gone. */
  @Property({ type: 'json', nullable: true })
  values!: object | null;
}

/** The runs between which changes are told. */
@Entity({ tableName: 'inventory_generations' })
@Unique({ properties: ['runId'] })
export class InventoryGeneration {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @PrimaryKey({ type: 'integer' })
  generation!: number;

  @Property({ type: 'text' })
  runId!: string;

  @Property({ ...TIME })
  takenAt!: Date;
}

/** That a run found a virtual machine come, gone, on another host or of another size. */
@Entity({ tableName: 'virtual_machine_changes' })
export class VirtualMachineChange {
  @ManyToOne(() => DataCenter, { primary: true, deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @PrimaryKey({ type: 'integer' })
  generation!: number;

  @PrimaryKey({ type: 'text' })
  virtualMachineId!: string;

  /** Null where it was not there. */
  @Property({ type: 'json', nullable: true })
  before!: object | null;

  /** Null where it is gone. */
  @Property({ type: 'json', nullable: true })
  after!: object | null;
}
