import { Entity, Enum, Index, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { InventoryItem } from './item.entity.js';

export enum StackStatus {
  IN_PROGRESS = 'IN_PROGRESS',
  COMPLETE = 'COMPLETE',
  FAILED = 'FAILED',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(StackStatus, {
  name: 'StackStatus',
  description: 'How the last action on a stack went',
  valuesConfig: {
    IN_PROGRESS: { description: 'It goes on' },
    COMPLETE: { description: 'It is done' },
    FAILED: { description: 'It failed' },
    UNKNOWN: { description: 'The cloud does not tell, or has another word; see cloudStatus' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description:
    'What an orchestration made together: a stack of Heat that is in no other, or one that virtual machines only name',
})
@Directive('@key(fields: "id")')
@Entity({ tableName: 'stacks' })
@Index({ properties: ['dataCenter', 'id'] })
@Index({ properties: ['dataCenter', 'name', 'id'] })
@Index({ properties: ['tenantId', 'id'] })
export class Stack extends InventoryItem {
  @Field(() => ID, {
    nullable: true,
    description: 'Key of its tenant; null where only virtual machines name it',
  })
  @Property({ type: 'text', nullable: true })
  tenantId!: string | null;

  @Field(() => StackStatus, { description: 'How the last action on it went' })
  @Enum({ items: () => StackStatus, type: 'text' })
  status!: StackStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The action and how it went in the words of the cloud, such as CREATE_COMPLETE',
  })
  @Property({ type: 'text', nullable: true })
  cloudStatus!: string | null;
}
