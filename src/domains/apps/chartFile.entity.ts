import { BlobType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A packed chart (.tgz), for as long as an application or a change of a deployment has it. */
@Entity({ tableName: 'charts' })
export class ChartFile {
  /** SHA-256 of its content, in hex. */
  @PrimaryKey({ type: 'text' })
  digest!: string;

  @Property({ type: BlobType })
  content!: Buffer;
}
