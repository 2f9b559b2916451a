import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { areCertificates } from '../../kernel/certificates.js';
import { badInput } from '../../kernel/errors.js';
import type { FormFile } from '../../kernel/forms.js';
import { UploadScalar } from '../../kernel/uploads.js';
import type { GivenDocument } from './documents/document.service.js';
import { BooleanFilter, DateTimeFilter, IdFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { isHost } from '../../kernel/hosts.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { MAX_PORT } from '../../kernel/ports.js';
import { PortScalar } from '../../kernel/scalars.js';
import { text } from '../../kernel/validation.js';
import { Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';

const MAX_NAME = 64;
const MAX_DESCRIPTION = 4096;
const MAX_CA = 65_536;
const MAX_CREDENTIALS = 16_384;
const REGION = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const PROJECT_ID = /^[\w-]+$/;
const MAX_PLACE = 64;

/** Whether no text in it, also of a key, has half of a surrogate pair, which no platform can be sent. */
function isWellFormed(value: unknown): boolean {
  let isRight = true;
  JSON.stringify(value, (key, inner: unknown) => {
    isRight &&= key.isWellFormed() && (typeof inner !== 'string' || inner.isWellFormed());
    return inner;
  });
  return isRight;
}

/** The fields of a platform as every door accepts them (000, chapter 3.3). */
export const PLATFORM_FIELDS = {
  name: text(1, MAX_NAME).meta({
    description: 'Name, 1 to 64 characters; need not be unique',
    example: 'name1',
  }),
  protocol: z
    .enum(PlatformProtocol, 'must be http or https')
    .meta({ description: 'How it is spoken to', example: 'https' }),
  host: z
    .string()
    .refine(isHost, 'must be an IPv4 or IPv6 address or a host name, without scheme, port or path')
    .meta({
      description: 'IPv4 address, IPv6 address (with or without brackets) or host name',
      example: '10.125.29.111',
    }),
  port: z.int().min(1).max(MAX_PORT),
  description: text(0, MAX_DESCRIPTION).meta({ description: 'What it is for' }),
};

const Draft = z.object({
  ...PLATFORM_FIELDS,
  kind: z.enum(PlatformKind).meta({ description: 'What the platform is' }),
  port: PLATFORM_FIELDS.port.nullable().meta({ description: "Port; null is the protocol's own" }),
  tlsCa: text(1, MAX_CA)
    .refine(areCertificates, 'must be one or more certificates in PEM form')
    .nullable()
    .meta({ description: "Certificates (PEM) that vouch for the platform's; null is the system's own list" }),
  tlsVerify: z.boolean().meta({
    description: "Whether the platform's certificate is checked; true unless switched off on purpose",
  }),
  region: text(1, MAX_PLACE)
    .regex(REGION, 'must be the id of a region, such as cn-north-4')
    .nullable()
    .meta({ description: 'Region of Huawei Cloud that it is in; for kind MODELARTS alone' }),
  projectId: text(1, MAX_PLACE).regex(PROJECT_ID, 'must be the id of a project').nullable().meta({
    description:
      'Project of Huawei Cloud that its operations are about, which they need; for kind MODELARTS alone',
  }),
  credentials: z
    .record(z.string(), z.unknown())
    .refine(
      (value) => JSON.stringify(value).length <= MAX_CREDENTIALS,
      `must not exceed ${MAX_CREDENTIALS} characters as JSON`,
    )
    .refine(isWellFormed, 'must not contain half of a surrogate pair')
    .nullable()
    .meta({
      description:
        'Credentials for the platform, encrypted at rest and never shown; null removes them. For kind MODELARTS `accessKey`, `secretKey` and perhaps `securityToken`, or a user of IAM: `domain`, `user`, `password` and perhaps `iamEndpoint`. Stored ones must be given again with another address or CA, and when the check of the certificate is switched off',
    }),
});

/** A new platform. */
export const NewPlatform = Draft.partial()
  .required({ name: true, protocol: true, host: true })
  .extend({ kind: Draft.shape.kind.default(PlatformKind.GENERIC) });
export type NewPlatform = z.input<typeof NewPlatform>;

/** Changes of a platform; what is left out stays. */
export const PlatformChanges = Draft.omit({ kind: true }).partial();
export type PlatformChanges = z.input<typeof PlatformChanges>;

/** What describes its operations; null removes it. */
const DOCUMENT = {
  openapi: z.string().nullish().meta({
    description:
      "OpenAPI document (3.0 or 3.1, in JSON of at most 8 MiB or YAML of at most 2 MiB) that describes its operations; null removes it. For kind GENERIC alone. Credentials are then by the names of the document's security schemes: a text for an API key or a bearer token, `user` and `password` for HTTP basic",
  }),
  openapiFile: z.custom<FormFile>().nullish().meta({
    description: 'The same as a file; null removes it',
  }),
};

const TYPES = {
  openapiFile: UploadScalar,
  kind: PlatformKind,
  protocol: PlatformProtocol,
  port: PortScalar,
  credentials: GraphQLJSONObject,
};

export const RegisterPlatformInput = inputOf(
  'RegisterPlatformInput',
  'A new platform',
  NewPlatform.extend(DOCUMENT),
  TYPES,
);
export type RegisterPlatformInput = InstanceType<typeof RegisterPlatformInput>;

export const UpdatePlatformInput = inputOf(
  'UpdatePlatformInput',
  'Changes of a platform; what is left out stays',
  z.object({ id: key('The platform to change'), ...PlatformChanges.shape, ...DOCUMENT }),
  TYPES,
);
export type UpdatePlatformInput = InstanceType<typeof UpdatePlatformInput>;

/** The document of an input; undefined where it says nothing of one. */
export function documentOf({
  openapi,
  openapiFile,
}: Pick<RegisterPlatformInput, keyof typeof DOCUMENT>): GivenDocument | null | undefined {
  const given = [
    { path: 'input.openapi', content: openapi },
    { path: 'input.openapiFile', content: openapiFile?.content },
  ].flatMap(({ path, content }) => (content == null ? [] : [{ path, content }]));
  if (given.length > 1)
    throw badInput([{ path: 'input.openapiFile', message: 'give openapi or openapiFile, not both' }]);
  const isRemoved = openapi === null || openapiFile === null;
  return given[0] ?? (isRemoved ? null : undefined);
}

export const DeletePlatformInput = inputOf(
  'DeletePlatformInput',
  'The platform to delete',
  z.object({ id: key('The platform to delete') }),
);
export type DeletePlatformInput = InstanceType<typeof DeletePlatformInput>;

@ObjectType({ simpleResolvers: true, description: 'The platform as it is now' })
export class RegisterPlatformPayload {
  @Field(() => Platform, { description: 'The new platform' })
  platform!: Platform;
}

@ObjectType({ simpleResolvers: true, description: 'The platform as it is now' })
export class UpdatePlatformPayload {
  @Field(() => Platform, { description: 'The changed platform' })
  platform!: Platform;
}

@ObjectType({ simpleResolvers: true, description: 'The platform as it was' })
export class DeletePlatformPayload {
  @Field(() => Platform, { description: 'The deleted platform' })
  platform!: Platform;
}

export const PlatformList = listOf(Platform, {
  items: 'platforms',
  unordered: 'by createdAt',
  fields: {
    id: { by: 'key', filter: IdFilter },
    name: { by: 'name', filter: StringFilter, order: true },
    kind: { by: 'kind', filter: enumFilter(PlatformKind, 'PlatformKind'), order: true },
    protocol: { by: 'protocol', filter: enumFilter(PlatformProtocol, 'PlatformProtocol'), order: true },
    host: { by: 'address', filter: StringFilter, order: true },
    description: { by: 'description', filter: StringFilter },
    tlsVerify: { by: 'whether the certificate is checked', filter: BooleanFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type PlatformArgs = ArgsOf<typeof PlatformList>;
