import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { DataCenter } from '../dataCenter.entity.js';
import { InventoryItem } from './item.entity.js';

@ObjectType({ simpleResolvers: true, description: 'A tenant of a cloud: a project of Keystone' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'tenants' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
export class Tenant extends InventoryItem {
  @Field(() => String, { description: 'What the cloud knows its domain by' })
  @Property({ type: 'text' })
  domainId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Name of its domain, in which its own name is unique; null where the cloud tells none',
  })
  @Property({ type: 'text', nullable: true })
  domainName!: string | null;

  @Field(() => String, { description: 'Description' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => Boolean, { description: 'Whether its users may log in to it' })
  @Property({ type: 'boolean' })
  isEnabled!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'How much of something is used, and may be' })
export class QuotaFigure {
  @Field(() => Int, { description: 'Used' })
  inUse!: number;

  @Field(() => Int, { description: 'Most that may be used; -1 is unlimited' })
  limit!: number;
}

@ObjectType({ simpleResolvers: true, description: 'How many GB of volumes a tenant uses, and may' })
export class VolumeQuota extends QuotaFigure {
  @Field(() => String, { description: 'default for volumes of any type, else the type' })
  name!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What a tenant uses, and may' })
@Entity({ tableName: 'tenant_quotas' })
@Index({ properties: ['dataCenter', 'id'] })
export class TenantQuota {
  /** The tenant's. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  @ManyToOne(() => DataCenter, { deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text' })
  cloudId!: string;

  @Field(() => QuotaFigure, { description: 'Cores' })
  @Property({ type: 'json' })
  cores!: QuotaFigure;

  @Field(() => QuotaFigure, { description: 'MB of memory' })
  @Property({ type: 'json' })
  ram!: QuotaFigure;

  @Field(() => QuotaFigure, { description: 'Virtual machines' })
  @Property({ type: 'json' })
  instances!: QuotaFigure;

  @Field(() => [VolumeQuota], { description: 'GB of volumes: default, then each type' })
  @Property({ type: 'json' })
  volumes!: VolumeQuota[];

  @Property({ type: 'text', hidden: true })
  digest!: string;
}
