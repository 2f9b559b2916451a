import type { Opt } from '@mikro-orm/core';
import { Entity, Enum, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { BaseEntity } from '../../database/entity.js';
import type { Role } from '../../kernel/context.js';

export enum UserStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  DISAPPROVED = 'DISAPPROVED',
  FORBIDDEN = 'FORBIDDEN',
}

registerEnumType(UserStatus, {
  name: 'UserStatus',
  description: "Where a user's registration stands",
  valuesConfig: {
    PENDING: { description: 'Waits for approval; may only read its own authorization information' },
    APPROVED: { description: 'May work' },
    DISAPPROVED: { description: 'Turned down; cannot log in' },
    FORBIDDEN: { description: 'Locked; cannot log in' },
  },
});

/** In the order of the numbers. */
export enum RoleName {
  WAITING = 'WAITING',
  WITHOUT_BUSINESS = 'WITHOUT_BUSINESS',
  GENERAL_USER = 'GENERAL_USER',
  BUSINESS_ADMINISTRATOR = 'BUSINESS_ADMINISTRATOR',
  SYSTEM_ADMINISTRATOR = 'SYSTEM_ADMINISTRATOR',
}

const ROLE_NAMES = Object.values(RoleName);

registerEnumType(RoleName, {
  name: 'RoleName',
  description:
    'What a user may do, which follows from its registration, its business and what it administers',
  valuesConfig: {
    WAITING: { description: 'Role 0: waits for approval' },
    WITHOUT_BUSINESS: { description: 'Role 1: approved, in no business' },
    GENERAL_USER: { description: 'Role 2: works in a business' },
    BUSINESS_ADMINISTRATOR: { description: 'Role 3: administers its business' },
    SYSTEM_ADMINISTRATOR: { description: 'Role 4: administers the whole system' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A person or program that logs in' })
@Directive('@key(fields: "id")')
@Entity({ tableName: 'users' })
export class User extends BaseEntity {
  @Field(() => ID, { description: 'Key of the user' })
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Field(() => String, { description: 'Name to log in with, as registered' })
  @Property({ type: 'text' })
  name!: string;

  /** The name in the form in which names are compared. */
  @Property({ type: 'text', unique: true })
  nameKey!: string;

  /** What the name looks like, which no other's does; null until a start has filled it in. */
  @Property({ type: 'text', nullable: true, unique: true, hidden: true })
  nameLooks: string | null = null;

  @Field(() => String, { description: 'Name of the person' })
  @Property({ type: 'text', default: '' })
  realName: Opt<string> = '';

  @Field(() => String, { description: 'Phone number' })
  @Property({ type: 'text', default: '' })
  phone: Opt<string> = '';

  @Field(() => UserStatus, { description: 'Where the registration stands' })
  @Enum({ items: () => UserStatus, type: 'text' })
  status!: UserStatus;

  @Field(() => Boolean, { description: 'Whether the user administers its business' })
  @Property({ type: 'boolean', default: false })
  isAdmin: Opt<boolean> = false;

  @Field(() => Boolean, { description: 'Whether the user administers the whole system' })
  @Property({ type: 'boolean', default: false })
  isSystemAdministrator: Opt<boolean> = false;

  /** The business that the user belongs to. */
  @Index()
  @Property({ type: 'integer', nullable: true })
  businessId: number | null = null;

  /** argon2id in PHC form. */
  @Property({ type: 'text', hidden: true })
  passwordHash!: string;
}

/** What a user's role follows from. */
export type Standing = Pick<User, (typeof STANDING)[number]>;

export const STANDING = ['status', 'isAdmin', 'isSystemAdministrator', 'businessId'] as const;

export function roleOf({ status, isAdmin, isSystemAdministrator, businessId }: Standing): Role {
  if (status !== UserStatus.APPROVED) return 0;
  if (isSystemAdministrator) return 4;
  if (businessId === null) return 1;
  return isAdmin ? 3 : 2;
}

export function roleNameOf(standing: Standing): RoleName {
  return ROLE_NAMES[roleOf(standing)] ?? RoleName.WAITING;
}

/** Names are compared without case; NFKC makes look-alike spellings of one name equal. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Users who were turned down or locked have no tokens that work. */
export function mayLogIn({ status }: Pick<User, 'status'>): boolean {
  return status === UserStatus.PENDING || status === UserStatus.APPROVED;
}
