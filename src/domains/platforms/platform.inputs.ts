import { GraphQLJSONObject } from 'graphql-scalars';
import { isIPv4, isIPv6 } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import {
  DateTimeFilter,
  IdFilter,
  type RangeFilter,
  StringFilter,
  BooleanFilter,
  type EnumFilter,
  enumFilter,
} from '../../kernel/filters.js';
import { withoutBrackets } from '../../kernel/networks.js';
import { connectionOf, orderOf } from '../../kernel/pages.js';
import { PortScalar } from '../../kernel/scalars.js';
import { text } from '../../kernel/validation.js';
import { Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';

const MAX_NAME = 64;
const MAX_DESCRIPTION = 4096;
const MAX_HOST = 253;
const MAX_CA = 65_536;
const MAX_PORT = 65_535;
const MAX_CREDENTIALS = 16_384;

/** One label of a host name; `_` is no letter of DNS but occurs in the names of containers. */
const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/** What a resolver would read as a number: as a last label it makes the whole name an address in disguise. */
const NUMERIC_LABEL = /^(\d+|0x[0-9a-f]*)$/i;

function isHostName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return labels.every((label) => LABEL.test(label)) && !NUMERIC_LABEL.test(labels.at(-1) ?? '');
}

function isHost(host: string): boolean {
  if (host.length > MAX_HOST) return false;
  if (isIPv4(host)) return true;
  const bare = withoutBrackets(host);
  if (bare !== host || host.includes(':')) return isIPv6(bare) && !bare.includes('%');
  return isHostName(host);
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

function certificatesOf(pem: string): string[] {
  const parts = pem.split(END).slice(0, -1);
  return parts.filter((part) => part.includes(BEGIN)).map((part) => part.slice(part.indexOf(BEGIN)) + END);
}

function areCertificates(pem: string): boolean {
  const blocks = certificatesOf(pem);
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).raw.length > 0);
  } catch {
    return false;
  }
}

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
    .meta({ description: 'http or https', example: 'https' }),
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
  kind: z.enum(PlatformKind),
  port: PLATFORM_FIELDS.port.nullable(),
  tlsCa: text(1, MAX_CA).refine(areCertificates, 'must be one or more certificates in PEM form').nullable(),
  tlsVerify: z.boolean(),
  credentials: z
    .record(z.string(), z.unknown())
    .refine(
      (value) => JSON.stringify(value).length <= MAX_CREDENTIALS,
      `must not exceed ${MAX_CREDENTIALS} characters as JSON`,
    )
    .refine(isWellFormed, 'must not contain half of a surrogate pair')
    .nullable(),
});

/** A new platform. */
export const NewPlatform = Draft.partial().required({ name: true, protocol: true, host: true });
export type NewPlatform = z.input<typeof NewPlatform>;

/** Changes of a platform; what is left out stays. */
export const PlatformChanges = Draft.omit({ kind: true }).partial();
export type PlatformChanges = z.input<typeof PlatformChanges>;

@InputType()
abstract class PlatformSettingsInput {
  @Field(() => PortScalar, { nullable: true, description: "Port; null is the protocol's own" })
  port?: number | null;

  @Field(() => String, { nullable: true, description: 'What it is for' })
  description?: string;

  @Field(() => String, {
    nullable: true,
    description: "Certificates (PEM) that vouch for the platform's; null is the system's own list",
  })
  tlsCa?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the platform's certificate is checked; true unless switched off on purpose",
  })
  tlsVerify?: boolean;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'Credentials for the platform, encrypted at rest and never shown; null removes them. Stored ones must be given again with another address or CA, and when the check of the certificate is switched off',
  })
  credentials?: Record<string, unknown> | null;
}

@InputType({ description: 'A new platform' })
export class RegisterPlatformInput extends PlatformSettingsInput {
  @Field(() => String, { description: 'Name, 1 to 64 characters; need not be unique' })
  name!: string;

  @Field(() => PlatformKind, { description: 'What the platform is', defaultValue: PlatformKind.GENERIC })
  kind!: PlatformKind;

  @Field(() => PlatformProtocol, { description: 'How it is spoken to' })
  protocol!: PlatformProtocol;

  @Field(() => String, { description: 'IPv4 or IPv6 address or host name' })
  host!: string;
}

@InputType({ description: 'Changes of a platform; what is left out stays' })
export class UpdatePlatformInput extends PlatformSettingsInput {
  @Field(() => ID, { description: 'The platform to change' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Name, 1 to 64 characters' })
  name?: string;

  @Field(() => PlatformProtocol, { nullable: true, description: 'How it is spoken to' })
  protocol?: PlatformProtocol;

  @Field(() => String, {
    nullable: true,
    description: 'IPv4 or IPv6 address or host name',
  })
  host?: string;
}

@InputType({ description: 'The platform to delete' })
export class DeletePlatformInput {
  @Field(() => ID, { description: 'The platform to delete' })
  id!: string;
}

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

const PlatformKindFilter = enumFilter(PlatformKind, 'PlatformKind');
const PlatformProtocolFilter = enumFilter(PlatformProtocol, 'PlatformProtocol');

@InputType({ description: 'Which platforms; all conditions must hold' })
export class PlatformFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By key' })
  id?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By name' })
  name?: StringFilter;

  @Field(() => PlatformKindFilter, { nullable: true, description: 'By kind' })
  kind?: EnumFilter<PlatformKind>;

  @Field(() => PlatformProtocolFilter, { nullable: true, description: 'By protocol' })
  protocol?: EnumFilter<PlatformProtocol>;

  @Field(() => StringFilter, { nullable: true, description: 'By address' })
  host?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By description' })
  description?: StringFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether the certificate is checked' })
  tlsVerify?: BooleanFilter;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was made' })
  createdAt?: RangeFilter<Date>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was last changed' })
  updatedAt?: RangeFilter<Date>;

  @Field(() => [PlatformFilter], { nullable: true, description: 'All of these' })
  and?: PlatformFilter[];

  @Field(() => [PlatformFilter], { nullable: true, description: 'At least one of these' })
  or?: PlatformFilter[];

  @Field(() => PlatformFilter, { nullable: true, description: 'Not this' })
  not?: PlatformFilter;
}

export enum PlatformOrderField {
  NAME = 'name',
  HOST = 'host',
  KIND = 'kind',
  PROTOCOL = 'protocol',
  CREATED_AT = 'createdAt',
  UPDATED_AT = 'updatedAt',
}

registerEnumType(PlatformOrderField, {
  name: 'PlatformOrderField',
  description: 'What a list of platforms can be ordered by',
  valuesConfig: {
    NAME: { description: 'Name' },
    HOST: { description: 'Address' },
    KIND: { description: 'Kind' },
    PROTOCOL: { description: 'Protocol' },
    CREATED_AT: { description: 'When it was made' },
    UPDATED_AT: { description: 'When it was last changed' },
  },
});

export const PlatformOrder = orderOf(PlatformOrderField, 'Platform');
export const PlatformConnection = connectionOf(Platform, 'Platform');
