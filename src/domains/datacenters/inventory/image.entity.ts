import { BigIntType } from '@mikro-orm/core';
import { Entity, Enum, Index, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../../../kernel/scalars.js';
import { InventoryItem } from './item.entity.js';

export enum ImageStatus {
  QUEUED = 'QUEUED',
  SAVING = 'SAVING',
  UPLOADING = 'UPLOADING',
  IMPORTING = 'IMPORTING',
  ACTIVE = 'ACTIVE',
  DEACTIVATED = 'DEACTIVATED',
  PENDING_DELETE = 'PENDING_DELETE',
  DELETED = 'DELETED',
  KILLED = 'KILLED',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(ImageStatus, {
  name: 'ImageStatus',
  description: 'Where an image stands',
  valuesConfig: {
    QUEUED: { description: 'Has no data yet' },
    SAVING: { description: 'Its data is coming' },
    UPLOADING: { description: 'Its data is coming to where it is imported from' },
    IMPORTING: { description: 'Its data is being imported' },
    ACTIVE: { description: 'Can be used' },
    DEACTIVATED: { description: 'Nobody but administrators may use its data' },
    PENDING_DELETE: { description: 'Is going to be deleted' },
    DELETED: { description: 'Is deleted' },
    KILLED: { description: 'Its data did not come' },
    UNKNOWN: { description: 'Another one; see cloudStatus' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'An image from which virtual machines of a cloud are made',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'images' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
export class Image extends InventoryItem {
  @Field(() => ImageStatus, { description: 'Where it stands' })
  @Enum({ items: () => ImageStatus, type: 'text' })
  status!: ImageStatus;

  @Field(() => String, { description: 'The same in the words of the cloud' })
  @Property({ type: 'text' })
  cloudStatus!: string;

  @Field(() => BigIntScalar, { nullable: true, description: 'Bytes; null for one without data' })
  @Property({ type: new BigIntType('number'), nullable: true })
  size!: number | null;
}
