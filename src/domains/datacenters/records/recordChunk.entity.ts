import { BlobType } from '@mikro-orm/core';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Record } from './record.entity.js';

/** A piece of a workbook. All but the last of one record are of the same length. */
@Entity({ tableName: 'record_chunks' })
export class RecordChunk {
  @ManyToOne(() => Record, { primary: true, deleteRule: 'cascade' })
  record!: Record;

  @Property({ type: 'text', fieldName: 'record_id', persist: false })
  recordId!: string;

  /** From 0. */
  @PrimaryKey({ type: 'integer' })
  number!: number;

  @Property({ type: BlobType })
  content!: Buffer;
}
