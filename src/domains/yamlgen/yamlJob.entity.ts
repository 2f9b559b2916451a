import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';

export enum YamlJobStatus {
  SUCCESS = 'SUCCESS',
}

registerEnumType(YamlJobStatus, {
  name: 'YamlJobStatus',
  description: 'What became of a generation; one that fails is told of at once, and not kept',
  valuesConfig: { SUCCESS: { description: 'Its files are there' } },
});

@ObjectType({ simpleResolvers: true, description: 'YAML files that were generated of a workbook' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'yaml_jobs' })
@Index({ properties: ['businessId', 'createdAt', 'id'] })
@Index({ properties: ['ownerId', 'createdAt', 'id'] })
@Index({ properties: ['createdAt', 'id'] })
export class YamlJob extends BaseEntity {
  @Field(() => ID, { description: 'Key of the job: 32 hex digits' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  /** Whose it is; null for its maker alone. */
  @Property({ type: 'integer', nullable: true })
  businessId!: number | null;

  /** The user who made it. */
  @Property({ type: 'integer' })
  ownerId!: number;

  @Field(() => String, { description: 'Site: GZ or ZZ' })
  @Property({ type: 'text' })
  site!: string;

  @Field(() => String, { description: 'Version of CEE, such as drop28' })
  @Property({ type: 'text' })
  ceeVersion!: string;

  @Field(() => String, { description: 'What the job is called' })
  @Property({ type: 'text' })
  projectName!: string;

  @Field(() => YamlJobStatus, { description: 'What became of it' })
  @Enum({ items: () => YamlJobStatus, type: 'text' })
  status!: YamlJobStatus;

  @Field(() => [String], { description: 'Names of its files' })
  @Property({ type: 'json' })
  fileNames!: string[];

  @Field(() => Int, { description: 'Bytes of the zip with its files' })
  @Property({ type: 'integer' })
  size!: number;
}
