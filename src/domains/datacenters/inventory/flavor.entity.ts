import { Entity, Index, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { InventoryItem } from './item.entity.js';

@ObjectType({ simpleResolvers: true, description: 'A size in which virtual machines of a cloud come' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'flavors' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
export class Flavor extends InventoryItem {
  @Field(() => Int, { description: 'Virtual CPUs' })
  @Property({ type: 'integer' })
  vcpus!: number;

  @Field(() => Int, { description: 'MB of memory' })
  @Property({ type: 'integer' })
  memoryMb!: number;

  @Field(() => Int, { description: 'GB of the root disk' })
  @Property({ type: 'integer' })
  diskGb!: number;

  @Field(() => Boolean, { description: 'Whether every tenant may use it' })
  @Property({ type: 'boolean' })
  isPublic!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A type of volumes of a cloud' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'volume_types' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
export class VolumeType extends InventoryItem {
  @Field(() => Boolean, { description: 'Whether every tenant may use it' })
  @Property({ type: 'boolean' })
  isPublic!: boolean;
}
