import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeFilter, IdFilter, StringFilter } from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { readableName } from '../../kernel/names.js';
import { storableText, text } from '../../kernel/validation.js';
import { ExternalRepository } from './externalRepository.entity.js';
import { RegistryCheck } from './registryProbe.port.js';
import { MOST_AT_ONCE, several, severalKeys } from './several.js';

const MAX_NAME = 64;
const MAX_ADDRESS = 512;
const MAX_USER = 255;
const MAX_PASSWORD = 4096;

/** Where a registry is, as images name it and docker's log-in takes it: a host, perhaps with scheme, port and path. */
function isAddress(text: string): boolean {
  const rest = text.replace(/^https?:\/\//i, '');
  return !/^\/|:\/|[\s@?#\\]/.test(rest) && URL.canParse(`https://${rest}`);
}

export const NewExternalRepository = z.object({
  repositoryId: readableName(MAX_NAME).meta({
    description: 'A name of 1 to 64 characters, unique in the business',
    example: 'repo1',
  }),
  address: text(1, MAX_ADDRESS)
    .refine(isAddress, 'must be a host, with port, path and https:// or http:// where they are needed')
    .meta({ description: 'Where the registry is: host, and port where it is not 443', example: '127.0.0.1' }),
  user: text(1, MAX_USER)
    .refine((name) => !name.includes(':'), 'must not have a colon')
    .meta({ description: 'User name for pulling images', example: 'user1' }),
  password: text(1, MAX_PASSWORD).meta({
    description: 'Password or token for pulling images; encrypted and never shown',
    example: 'password1',
  }),
});
export type NewExternalRepository = z.infer<typeof NewExternalRepository>;

export const ExternalRepositoryRemoval = z.object({
  repositoryId: several(storableText()).meta({
    description: `Names of external repositories, at most ${MOST_AT_ONCE}`,
  }),
});

export const ExternalRepositoryKeys = z.object({
  ids: severalKeys('The external repositories'),
});

export type ExternalRepositoryKeys = z.infer<typeof ExternalRepositoryKeys>;

export const CreateExternalRepositoryInput = inputOf(
  'CreateExternalRepositoryInput',
  'An external repository',
  NewExternalRepository,
);
export type CreateExternalRepositoryInput = InstanceType<typeof CreateExternalRepositoryInput>;

export const DeleteExternalRepositoriesInput = inputOf(
  'DeleteExternalRepositoriesInput',
  'External repositories to delete here; deployments go on',
  ExternalRepositoryKeys,
);
export type DeleteExternalRepositoriesInput = InstanceType<typeof DeleteExternalRepositoriesInput>;

export const CheckExternalRepositoryInput = inputOf(
  'CheckExternalRepositoryInput',
  'An external repository to ask whether its account works there',
  z.object({ id: key('The external repository') }),
);
export type CheckExternalRepositoryInput = InstanceType<typeof CheckExternalRepositoryInput>;

registerEnumType(RegistryCheck, {
  name: 'RegistryCheck',
  description: 'What came of asking a registry whether an account works there',
  valuesConfig: {
    WORKS: { description: 'The registry accepts the account' },
    WRONG_CREDENTIALS: { description: 'The registry refuses the account' },
    UNREACHABLE: { description: 'Nothing answers, or not in time, or not by TLS as it should' },
    NO_REGISTRY: { description: 'What answers is no image registry' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'The external repository as it is now' })
export class ExternalRepositoryPayload {
  @Field(() => ExternalRepository, { description: 'The external repository' })
  repository!: ExternalRepository;
}

@ObjectType({ simpleResolvers: true, description: 'The external repositories as they were' })
export class ExternalRepositoriesPayload {
  @Field(() => [ExternalRepository], { description: 'The external repositories' })
  repositories!: ExternalRepository[];
}

@ObjectType({ simpleResolvers: true, description: 'What came of asking an external repository' })
export class CheckExternalRepositoryPayload {
  @Field(() => RegistryCheck, { description: 'Whether the account works there' })
  result!: RegistryCheck;

  @Field(() => String, { description: 'Why, in words' })
  message!: string;

  @Field(() => ExternalRepository, { description: 'The external repository' })
  repository!: ExternalRepository;
}

export const ExternalRepositoryList = listOf(ExternalRepository, {
  items: 'external repositories',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    repositoryId: { by: 'name', filter: StringFilter, order: true },
    address: { by: 'address', filter: StringFilter, order: true },
    user: { by: 'user name', filter: StringFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type ExternalRepositoryArgs = ArgsOf<typeof ExternalRepositoryList>;
