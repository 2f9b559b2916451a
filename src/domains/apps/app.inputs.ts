import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { BooleanFilter, DateTimeFilter, IdFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { PortScalar } from '../../kernel/scalars.js';
import { App, DeployType } from './app.entity.js';
import { APP_FIELDS, DependenceItem, PortItem, VariableItem, VolumeItem } from './app.fields.js';

const AppPortInput = inputOf('AppPortInput', 'A port on which an application listens', PortItem, {
  port: PortScalar,
  hostPort: PortScalar,
});
const AppVolumeInput = inputOf('AppVolumeInput', 'A path of nodes that an application sees', VolumeItem);
const AppVariableInput = inputOf('AppVariableInput', 'A variable of the environment', VariableItem);
const AppDependenceInput = inputOf(
  'AppDependenceInput',
  'What an application needs of another',
  DependenceItem,
  { port: PortScalar },
);

export const CreateAppInput = inputOf('CreateAppInput', 'An application to create', z.object(APP_FIELDS), {
  deployType: DeployType,
  port: [AppPortInput],
  volume: [AppVolumeInput],
  env: [AppVariableInput],
  dependence: [AppDependenceInput],
});
export type CreateAppInput = InstanceType<typeof CreateAppInput>;

export const DeleteAppsInput = inputOf(
  'DeleteAppsInput',
  'The applications to delete',
  z.object({ ids: z.array(key('')).meta({ description: 'Keys; if one is unknown, nothing is deleted' }) }),
);
export type DeleteAppsInput = InstanceType<typeof DeleteAppsInput>;

@ObjectType({ simpleResolvers: true, description: 'The application as it is now' })
export class AppPayload {
  @Field(() => App, { description: 'The application' })
  app!: App;
}

@ObjectType({ simpleResolvers: true, description: 'The applications as they were' })
export class DeleteAppsPayload {
  @Field(() => [App], { description: 'The deleted applications, in the order in which they were named' })
  apps!: App[];
}

export const AppList = listOf(App, {
  items: 'applications',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    businessId: { by: 'key of the business', filter: IdFilter },
    name: { by: 'name', filter: StringFilter, order: true },
    version: { by: 'version', filter: StringFilter, order: true },
    deployType: { by: 'how it is deployed', filter: enumFilter(DeployType, 'DeployType') },
    image: { by: 'image', filter: StringFilter, order: true },
    repositoryId: { by: 'the external repository', filter: StringFilter },
    hasChart: { by: 'whether a chart says what runs', filter: BooleanFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type AppArgs = ArgsOf<typeof AppList>;
