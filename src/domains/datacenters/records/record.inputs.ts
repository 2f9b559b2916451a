import { Field, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeFilter, IdFilter, IntFilter, StringFilter, enumFilter } from '../../../kernel/filters.js';
import { inputOf, key } from '../../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../../kernel/lists.js';
import { text } from '../../../kernel/validation.js';
import { Record, RecordStatus } from './record.entity.js';

const MAX_NAME = 64;

/** As every door accepts it. */
export const RECORD_NAME = text(1, MAX_NAME).meta({
  description: `Name of the record, 1 to ${MAX_NAME} characters`,
  example: 'test',
});

export const NewRecord = z.object({ name: RECORD_NAME, cid: key('The data center') });
export type NewRecord = z.input<typeof NewRecord>;

export const CreateRecordInput = inputOf('CreateRecordInput', 'A record to make', NewRecord);
export type CreateRecordInput = InstanceType<typeof CreateRecordInput>;

export const DeleteRecordInput = inputOf(
  'DeleteRecordInput',
  'The record to delete',
  z.object({ id: key('The record to delete') }),
);
export type DeleteRecordInput = InstanceType<typeof DeleteRecordInput>;

@ObjectType({ simpleResolvers: true, description: 'The record as it is now, or as it was' })
export class RecordPayload {
  @Field(() => Record, { description: 'The record' })
  record!: Record;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A part of a workbook; all of them, one after the other, are the workbook',
})
export class RecordPart {
  @Field(() => String, { description: 'Its bytes in base64' })
  base64!: string;

  @Field(() => Int, { nullable: true, description: 'Number of the next part; null for the last' })
  next!: number | null;
}

export const RecordList = listOf(Record, {
  items: 'records',
  unordered: 'the latest first',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    dataCenterId: { by: 'the key of the data center', filter: IdFilter },
    name: { by: 'name', filter: StringFilter, order: true },
    dataCenterName: { by: 'the name of the data center', filter: StringFilter },
    systemName: { by: 'name of the system', filter: StringFilter },
    ceeVersion: { by: 'version of CEE', filter: StringFilter },
    status: { by: 'what became of it', filter: enumFilter(RecordStatus, 'RecordStatus'), order: true },
    progress: { by: 'percent that are done', filter: IntFilter },
    size: { by: 'bytes of its workbook', filter: IntFilter },
    createdAt: { by: 'when it was asked for', filter: DateTimeFilter, order: true },
    endedAt: { by: 'when it ended', filter: DateTimeFilter },
  },
});
export type RecordArgs = ArgsOf<typeof RecordList>;
