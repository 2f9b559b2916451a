import { ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { DataCenter } from '../dataCenter.entity.js';

/** What was read of a cloud carries this. */
@ObjectType({ simpleResolvers: true })
export abstract class InventoryItem {
  @Field(() => ID, { description: 'Key: that of its data center, a colon, and `cloudId`' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => ID, { description: 'Key of its data center' })
  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @ManyToOne(() => DataCenter, { deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Field(() => String, { description: 'What the cloud knows it by' })
  @Property({ type: 'text' })
  cloudId!: string;

  @Field(() => String, { description: 'Name, empty for none' })
  @Property({ type: 'text' })
  name!: string;

  /** Of what was last read of it. */
  @Property({ type: 'text', hidden: true })
  digest!: string;
}
