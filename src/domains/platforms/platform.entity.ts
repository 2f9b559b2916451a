import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Formula, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';
import { PortScalar } from '../../kernel/scalars.js';

export enum PlatformProtocol {
  HTTP = 'http',
  HTTPS = 'https',
}

registerEnumType(PlatformProtocol, {
  name: 'PlatformProtocol',
  description: 'How a platform is spoken to',
  valuesConfig: { HTTP: { description: 'Plain HTTP' }, HTTPS: { description: 'HTTP over TLS' } },
});

export enum PlatformKind {
  GENERIC = 'GENERIC',
  MODELARTS = 'MODELARTS',
}

registerEnumType(PlatformKind, {
  name: 'PlatformKind',
  description: 'What a platform is',
  valuesConfig: {
    GENERIC: { description: 'Any HTTP API; requests are forwarded as they are' },
    MODELARTS: { description: "Huawei's ModelArts; its operations are fields of the graph" },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A management system to which requests are forwarded' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'platforms' })
@Index({ properties: ['createdAt', 'id'] })
@Index({ properties: ['name', 'id'] })
export class Platform extends BaseEntity {
  @Field(() => ID, { description: 'Key of the platform: a UUID, the value of Plat-Route-Id' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'Name, not necessarily unique' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => PlatformKind, { description: 'What the platform is' })
  @Enum({ items: () => PlatformKind, type: 'text' })
  kind!: PlatformKind;

  @Field(() => PlatformProtocol, { description: 'How it is spoken to' })
  @Enum({ items: () => PlatformProtocol, type: 'text' })
  protocol!: PlatformProtocol;

  @Field(() => String, { description: 'IPv4 or IPv6 address or host name, as registered' })
  @Property({ type: 'text' })
  host!: string;

  @Field(() => PortScalar, { nullable: true, description: "Port; null is the protocol's own (80 or 443)" })
  @Property({ type: 'integer', nullable: true })
  port: number | null = null;

  @Field(() => String, { description: 'What it is for' })
  @Property({ type: 'text', default: '' })
  description: Opt<string> = '';

  @Field(() => String, {
    nullable: true,
    description: "Certificates (PEM) that vouch for the platform's; null is the system's own list",
  })
  @Property({ type: 'text', nullable: true })
  tlsCa: string | null = null;

  @Field(() => Boolean, { description: "Whether the platform's certificate is checked" })
  @Property({ type: 'boolean', default: true })
  tlsVerify: Opt<boolean> = true;

  @Field(() => String, {
    nullable: true,
    description: 'Region of Huawei Cloud that it is in, such as cn-north-4; of kind MODELARTS alone',
  })
  @Property({ type: 'text', nullable: true })
  region: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'Project of Huawei Cloud that its operations are about; of kind MODELARTS alone',
  })
  @Property({ type: 'text', nullable: true })
  projectId: string | null = null;

  /** The business of whoever registered it; null is nobody's. */
  @Property({ type: 'integer', nullable: true })
  businessId: number | null = null;

  /** Sealed JSON; its plain text never leaves the service. */
  @Property({ type: 'text', nullable: true, hidden: true })
  credentials: string | null = null;

  @Field(() => Boolean, { description: 'Whether credentials are stored; they can be replaced, never read' })
  @Formula<Platform>(({ credentials }) => `(${credentials} is not null)`, { type: 'boolean' })
  hasCredentials!: Opt<boolean>;
}
