import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity, TIME } from '../../../database/entity.js';
import { DataCenter } from '../dataCenter.entity.js';

export enum RecordStatus {
  RUNNING = 'RUNNING',
  SUCCESSFUL = 'SUCCESSFUL',
  FAILED = 'FAILED',
}

registerEnumType(RecordStatus, {
  name: 'RecordStatus',
  description: 'What became of a record',
  valuesConfig: {
    RUNNING: { description: 'It is being made, or waits for that' },
    SUCCESSFUL: { description: 'Its workbook is there' },
    FAILED: { description: 'There is no workbook; see traceback' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description:
    'A report of what was in the cloud of a data center, as it had last been read: an Excel workbook',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'records' })
@Index({ properties: ['dataCenter', 'createdAt', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
@Index({ name: 'records_running_index', properties: ['heldUntil'], where: `"status" = 'RUNNING'` })
export class Record extends BaseEntity {
  @Field(() => ID, { description: 'Key of the record: 32 hex digits' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => ID, { description: 'Key of its data center' })
  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @ManyToOne(() => DataCenter, { deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Field(() => String, { description: 'Name' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'Name of the data center' })
  @Property({ type: 'text' })
  dataCenterName!: string;

  @Field(() => String, { description: 'Name of the system that ran there when it was asked for' })
  @Property({ type: 'text' })
  systemName!: string;

  @Field(() => String, { description: 'Version of CEE when it was asked for' })
  @Property({ type: 'text' })
  ceeVersion!: string;

  @Field(() => String, {
    description: 'Address of the LCM when it was asked for; empty where none was known',
  })
  @Property({ type: 'text' })
  lcmIp!: string;

  @Field(() => String, { description: "Path of the cloud's openrc file on the LCM when it was asked for" })
  @Property({ type: 'text' })
  openrcPath!: string;

  @Field(() => RecordStatus, { description: 'What became of it' })
  @Enum({ items: () => RecordStatus, type: 'text' })
  status!: RecordStatus;

  @Field(() => Int, { description: 'How much of it is done, in percent' })
  @Property({ type: 'integer', default: 0 })
  progress!: Opt<number>;

  @Field(() => String, {
    nullable: true,
    description: 'Why it failed: what was being read, and what went wrong; null unless it did',
  })
  @Property({ type: 'text', nullable: true })
  traceback!: string | null;

  /** Whoever makes it without knowing it any more makes it no longer. */
  @Field(() => String, {
    description: 'Key of what makes it, or made it: 32 hex digits, others for each attempt',
  })
  @Property({ type: 'text' })
  processId!: string;

  /** How often it was begun. */
  @Property({ type: 'integer', default: 0, hidden: true })
  attempts!: Opt<number>;

  /** Until then it is its process's, unless renewed; null while it waits for one. */
  @Property({ ...TIME, nullable: true, hidden: true })
  heldUntil!: Date | null;

  /** Of the inventory that it shows; null where that had never been read. */
  @Property({ type: 'integer', nullable: true, hidden: true })
  generation!: number | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'When the inventory that it shows was last read; null before it is known, and where it never was',
  })
  @Property({ ...TIME, nullable: true })
  inventoryReadAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Bytes of its workbook; null unless that is there' })
  @Property({ type: 'integer', nullable: true })
  size!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was done, or failed; null before' })
  @Property({ ...TIME, nullable: true })
  endedAt!: Date | null;
}
