import { Topic } from '../../database/notifications.js';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum PlatformChange {
  REGISTERED = 'REGISTERED',
  UPDATED = 'UPDATED',
  DELETED = 'DELETED',
}

registerEnumType(PlatformChange, {
  name: 'PlatformChange',
  description: 'What happened to a platform',
  valuesConfig: {
    REGISTERED: { description: 'It is new' },
    UPDATED: { description: 'It was changed' },
    DELETED: { description: 'It is gone' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A change of the registry of platforms' })
export class PlatformEvent {
  @Field(() => ID, { description: 'Key of the platform' })
  id!: string;

  @Field(() => String, { description: 'Name of the platform' })
  name!: string;

  @Field(() => PlatformChange, { description: 'What happened' })
  change!: PlatformChange;
}

/** The registry has changed. */
export const PLATFORM_CHANGED = new Topic<PlatformEvent>('platform.changed');
