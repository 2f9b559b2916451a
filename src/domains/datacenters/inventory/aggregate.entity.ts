import { Entity, Index, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Directive, Field, ObjectType } from 'type-graphql';
import { InventoryItem } from './item.entity.js';

@ObjectType({ simpleResolvers: true, description: 'Hosts of a cloud that have something in common' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'aggregates' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
export class Aggregate extends InventoryItem {
  @Field(() => String, { nullable: true, description: 'The availability zone that it names; null for none' })
  @Property({ type: 'text', nullable: true })
  availabilityZone!: string | null;

  @Field(() => GraphQLJSONObject, { description: 'What it says of its hosts, by name' })
  @Property({ type: 'json' })
  metadata!: Record<string, string>;

  /** Names of its hosts. */
  @Property({ type: 'json', hidden: true })
  hostNames!: string[];
}
