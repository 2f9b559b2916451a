import { Entity, Enum, Index, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { InventoryItem } from './item.entity.js';

export enum NetworkStatus {
  ACTIVE = 'ACTIVE',
  DOWN = 'DOWN',
  BUILD = 'BUILD',
  ERROR = 'ERROR',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(NetworkStatus, {
  name: 'NetworkStatus',
  description: 'Where a network stands',
  valuesConfig: {
    ACTIVE: { description: 'Works' },
    DOWN: { description: 'Does not work' },
    BUILD: { description: 'Is being made' },
    ERROR: { description: 'Could not be made' },
    UNKNOWN: { description: 'Another one; see cloudStatus' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A range of addresses of a network' })
export class Subnet {
  @Field(() => ID, { description: 'What the cloud knows it by' })
  id!: string;

  @Field(() => String, { description: 'Name, empty for none' })
  name!: string;

  @Field(() => String, { description: 'Its addresses, such as 10.0.0.0/24' })
  cidr!: string;

  @Field(() => String, { nullable: true, description: 'Address of its gateway; null for none' })
  gateway!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A network of a cloud' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'networks' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
@Index({ properties: ['tenantId', 'id'] })
export class Network extends InventoryItem {
  @Field(() => ID, { description: 'Key of its tenant' })
  @Property({ type: 'text' })
  tenantId!: string;

  @Field(() => NetworkStatus, { description: 'Where it stands' })
  @Enum({ items: () => NetworkStatus, type: 'text' })
  status!: NetworkStatus;

  @Field(() => String, { description: 'The same in the words of the cloud' })
  @Property({ type: 'text' })
  cloudStatus!: string;

  @Field(() => Boolean, { description: 'Whether other tenants may use it' })
  @Property({ type: 'boolean' })
  isShared!: boolean;

  @Field(() => Boolean, { description: 'Whether it leads out of the cloud' })
  @Property({ type: 'boolean' })
  isExternal!: boolean;

  @Field(() => String, { nullable: true, description: 'Such as vlan; null where the cloud does not tell' })
  @Property({ type: 'text', nullable: true })
  networkType!: string | null;

  @Field(() => Int, { nullable: true, description: 'Number of its VLAN or the like' })
  @Property({ type: 'integer', nullable: true })
  segmentationId!: number | null;

  @Field(() => Int, { nullable: true, description: 'Bytes of the largest packet' })
  @Property({ type: 'integer', nullable: true })
  mtu!: number | null;

  @Field(() => [Subnet], { description: 'Its ranges of addresses' })
  @Property({ type: 'json' })
  subnets!: Subnet[];
}
