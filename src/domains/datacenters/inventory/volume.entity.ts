import { Entity, Enum, Index, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { TIME } from '../../../database/entity.js';
import { InventoryItem } from './item.entity.js';

export enum VolumeStatus {
  CREATING = 'CREATING',
  AVAILABLE = 'AVAILABLE',
  RESERVED = 'RESERVED',
  ATTACHING = 'ATTACHING',
  DETACHING = 'DETACHING',
  IN_USE = 'IN_USE',
  MAINTENANCE = 'MAINTENANCE',
  DELETING = 'DELETING',
  AWAITING_TRANSFER = 'AWAITING_TRANSFER',
  ERROR = 'ERROR',
  ERROR_DELETING = 'ERROR_DELETING',
  BACKING_UP = 'BACKING_UP',
  RESTORING_BACKUP = 'RESTORING_BACKUP',
  ERROR_BACKING_UP = 'ERROR_BACKING_UP',
  ERROR_RESTORING = 'ERROR_RESTORING',
  ERROR_EXTENDING = 'ERROR_EXTENDING',
  DOWNLOADING = 'DOWNLOADING',
  UPLOADING = 'UPLOADING',
  RETYPING = 'RETYPING',
  EXTENDING = 'EXTENDING',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(VolumeStatus, {
  name: 'VolumeStatus',
  description: 'Where a volume stands',
  valuesConfig: {
    CREATING: { description: 'Is being made' },
    AVAILABLE: { description: 'Can be attached' },
    RESERVED: { description: 'Is about to be attached' },
    ATTACHING: { description: 'Is being attached' },
    DETACHING: { description: 'Is being detached' },
    IN_USE: { description: 'Is attached' },
    MAINTENANCE: { description: 'Is locked, and being moved' },
    DELETING: { description: 'Is being deleted' },
    AWAITING_TRANSFER: { description: 'Waits for another tenant to accept it' },
    ERROR: { description: 'Could not be made' },
    ERROR_DELETING: { description: 'Could not be deleted' },
    BACKING_UP: { description: 'Is being backed up' },
    RESTORING_BACKUP: { description: 'Is being restored' },
    ERROR_BACKING_UP: { description: 'Could not be backed up' },
    ERROR_RESTORING: { description: 'Could not be restored' },
    ERROR_EXTENDING: { description: 'Could not be extended' },
    DOWNLOADING: { description: 'An image is being copied to it' },
    UPLOADING: { description: 'It is being copied to an image' },
    RETYPING: { description: 'Is becoming of another type' },
    EXTENDING: { description: 'Is being extended' },
    UNKNOWN: { description: 'Another one; see cloudStatus' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A volume of a cloud' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'volumes' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
@Index({ properties: ['tenantId', 'id'] })
export class Volume extends InventoryItem {
  @Field(() => ID, { description: 'Key of its tenant' })
  @Property({ type: 'text' })
  tenantId!: string;

  @Field(() => String, { nullable: true, description: 'Name of its type; null for none' })
  @Property({ type: 'text', nullable: true })
  volumeType!: string | null;

  @Field(() => VolumeStatus, { description: 'Where it stands' })
  @Enum({ items: () => VolumeStatus, type: 'text' })
  status!: VolumeStatus;

  @Field(() => String, { description: 'The same in the words of the cloud' })
  @Property({ type: 'text' })
  cloudStatus!: string;

  @Field(() => Int, { description: 'GB' })
  @Property({ type: 'integer' })
  sizeGb!: number;

  @Field(() => Boolean, { description: 'Whether a virtual machine can start from it' })
  @Property({ type: 'boolean' })
  isBootable!: boolean;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was made' })
  @Property({ ...TIME, nullable: true })
  createdAt!: Date | null;
}
