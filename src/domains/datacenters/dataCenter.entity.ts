import { Entity, Index, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { BaseEntity, TIME } from '../../database/entity.js';

@ObjectType({ simpleResolvers: true, description: 'An OpenStack cloud, read through its LCM' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'data_centers' })
@Unique({
  name: 'data_centers_business_name',
  properties: ['businessId', 'name'],
  where: '"business_id" is not null',
})
@Unique({ name: 'data_centers_owner_name', properties: ['ownerId', 'name'], where: '"business_id" is null' })
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['name', 'id'] })
@Index({ name: 'data_centers_run_until_index', properties: ['runUntil'], where: '"run_until" is not null' })
export class DataCenter extends BaseEntity {
  @Field(() => ID, { description: 'Key of the data center: 32 hex digits' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  /** Whose it is; null for its maker alone. */
  @Property({ type: 'integer', nullable: true })
  businessId!: number | null;

  /** The user who made it. */
  @Property({ type: 'integer' })
  ownerId!: number;

  @Field(() => String, { description: 'Name, unique in its business' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => Boolean, {
    description: 'Whether it is online: its cloud is read, as against one that is only known by name',
  })
  @Property({ type: 'boolean' })
  mode!: boolean;

  @Field(() => String, { description: 'Country' })
  @Property({ type: 'text' })
  country!: string;

  @Field(() => String, { description: 'Province' })
  @Property({ type: 'text' })
  province!: string;

  @Field(() => String, { description: 'City' })
  @Property({ type: 'text' })
  city!: string;

  @Field(() => String, { description: 'Name of the system that runs there' })
  @Property({ type: 'text' })
  systemName!: string;

  @Field(() => String, { description: 'Version of CEE' })
  @Property({ type: 'text' })
  ceeVersion!: string;

  @Field(() => String, {
    description: 'Address of the LCM, port 22 unless `host:port`; empty where none is known',
  })
  @Property({ type: 'text' })
  lcmIp!: string;

  @Field(() => String, { description: 'Account on the LCM' })
  @Property({ type: 'text' })
  lcmUser!: string;

  /** Sealed; null for none. */
  @Property({ type: 'text', nullable: true, hidden: true })
  lcmPwd!: string | null;

  @Field(() => String, { description: "Path of the cloud's openrc file on the LCM" })
  @Property({ type: 'text' })
  openstackrcDir!: string;

  @Field(() => String, { description: "Path of the LCM's own rc file on it" })
  @Property({ type: 'text' })
  lcmrcDir!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Certificates (PEM) that vouch for the cloud's, besides the system's own and those that its openrc file names",
  })
  @Property({ type: 'text', nullable: true })
  tlsCa!: string | null;

  /** Of the LCM, which was seen first: `<algorithm> <base64>`. Null before. */
  @Property({ type: 'text', nullable: true })
  hostKey!: string | null;

  /** The run that reads its cloud, which is its replica's until then unless renewed. */
  @Property({ type: 'text', nullable: true, hidden: true })
  runId!: string | null;

  @Property({ ...TIME, nullable: true, hidden: true })
  runUntil!: Date | null;
}
