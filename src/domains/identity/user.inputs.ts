import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import {
  BooleanFilter,
  DateTimeFilter,
  type EnumFilter,
  IdFilter,
  type RangeFilter,
  StringFilter,
  enumFilter,
} from '../../kernel/filters.js';
import { connectionOf, orderOf } from '../../kernel/pages.js';
import { readableName } from '../../kernel/names.js';
import { storableText, text } from '../../kernel/validation.js';
import { Credentials } from './session.inputs.js';
import { User, UserStatus } from './user.entity.js';

const MAX_NAME = 64;
const MIN_PASSWORD = 8;
const MAX_OTE_PASSWORD = 20;
const MAX_PASSWORD = 64;

const COMPLEX = /^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)/s;
/** Code points of which normalisation makes one, at most (UAX 15, section 13): what is longer is too long in any form. */
const MOST_COMPOSED = 4;
/** Of a code point, at most. */
const CODE_UNITS = 2;

/** As long as it looks: a letter whose accent is typed apart is one character. */
function password(max: number) {
  const longest = max * MOST_COMPOSED * CODE_UNITS;
  const normalised = storableText()
    // Before it is normalised, which takes the square of its combining marks.
    .refine((value) => value.length <= longest, { error: `must have at most ${max} characters`, abort: true })
    .normalize('NFC');
  return text(MIN_PASSWORD, max, normalised);
}
const complex = (max: number) =>
  password(max)
    .refine((value) => COMPLEX.test(value), 'must have an upper-case letter, a lower-case letter and a digit')
    .meta({
      description: `${MIN_PASSWORD} to ${max} characters with an upper-case letter, a lower-case letter and a digit`,
    });

/** Passwords by door: ote 002, User Management 3; the decisions on Optimus `sign`; GraphQL takes the longer of both. */
export const PASSWORDS = {
  ote: complex(MAX_OTE_PASSWORD),
  optimus: password(MAX_PASSWORD).meta({
    description: `${MIN_PASSWORD} to ${MAX_PASSWORD} characters`,
  }),
  graph: complex(MAX_PASSWORD),
};

/** What a user tells of itself, as every door accepts it. */
export const USER_FIELDS = {
  user: readableName(MAX_NAME).meta({
    description: 'User name, compared without case; one that looks like another is taken',
  }),
  phone: z
    .string()
    .regex(/^[0-9+\- ]{5,20}$/, 'must have 5 to 20 digits, +, - or spaces')
    .meta({ description: 'Phone number: 5 to 20 digits, +, - or spaces' }),
  isAdmin: z.boolean().meta({ description: 'true: general administrator, false: general user' }),
  realName: readableName(MAX_NAME).meta({ description: 'Real name' }),
};

export const NewUser = z.object({ ...USER_FIELDS, password: PASSWORDS.graph });

export const PasswordChange = z.object({
  oldPassword: Credentials.shape.password,
  password: PASSWORDS.graph,
});

/** A user to be made, its password within the rules of the door that it comes through. */
export interface UserDraft {
  user: string;
  password: string;
  phone?: string;
  isAdmin?: boolean;
  realName?: string;
}

@InputType()
abstract class UserInput {
  @Field(() => String, { description: 'User name, compared without case' })
  user!: string;

  @Field(() => String, {
    description: '8 to 64 characters with an upper-case letter, a lower-case letter and a digit',
  })
  password!: string;

  @Field(() => String, { description: 'Phone number: 5 to 20 digits, +, - or spaces' })
  phone!: string;

  @Field(() => Boolean, { description: 'Whether the user is to administer a business' })
  isAdmin!: boolean;

  @Field(() => String, { description: 'Real name' })
  realName!: string;
}

@InputType({ description: 'A user who registers, and waits for approval' })
export class RegisterUserInput extends UserInput {}

@InputType({
  description:
    "A user of the caller's business, approved at once; of none when a system administrator makes it",
})
export class CreateUserInput extends UserInput {}

@InputType({ description: 'The outcome of a registration' })
export class AuditUserInput {
  @Field(() => ID, { description: 'The user' })
  id!: string;

  @Field(() => UserStatus, { description: 'Its new status; all its sessions end' })
  status!: UserStatus;
}

@InputType({ description: 'A new password for another user' })
export class ResetPasswordInput {
  @Field(() => ID, { description: 'The user' })
  id!: string;

  @Field(() => String, {
    description: '8 to 64 characters with an upper-case letter, a lower-case letter and a digit',
  })
  password!: string;
}

@InputType({ description: 'A new password for the caller' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The present password' })
  oldPassword!: string;

  @Field(() => String, {
    description: '8 to 64 characters with an upper-case letter, a lower-case letter and a digit',
  })
  password!: string;
}

@InputType({ description: 'The user to delete' })
export class DeleteUserInput {
  @Field(() => ID, { description: 'The user' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The user as it is now; as it was, when it is deleted' })
export class UserPayload {
  @Field(() => User, { description: 'The user' })
  user!: User;
}

export const UserStatusFilter = enumFilter(UserStatus, 'UserStatus');

@InputType({ description: 'Which users; all conditions must hold' })
export class UserFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By key' })
  id?: IdFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By name' })
  name?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By real name' })
  realName?: StringFilter;

  @Field(() => StringFilter, { nullable: true, description: 'By phone number' })
  phone?: StringFilter;

  @Field(() => UserStatusFilter, { nullable: true, description: 'By where the registration stands' })
  status?: EnumFilter<UserStatus>;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether the user administers its business' })
  isAdmin?: BooleanFilter;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether the user administers the system' })
  isSystemAdministrator?: BooleanFilter;

  @Field(() => IdFilter, { nullable: true, description: 'By business' })
  businessId?: IdFilter;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was made' })
  createdAt?: RangeFilter<Date>;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it was last changed' })
  updatedAt?: RangeFilter<Date>;

  @Field(() => [UserFilter], { nullable: true, description: 'All of these' })
  and?: UserFilter[];

  @Field(() => [UserFilter], { nullable: true, description: 'At least one of these' })
  or?: UserFilter[];

  @Field(() => UserFilter, { nullable: true, description: 'Not this' })
  not?: UserFilter;
}

export enum UserOrderField {
  ID = 'id',
  NAME = 'nameKey',
  REAL_NAME = 'realName',
  STATUS = 'status',
  CREATED_AT = 'createdAt',
  UPDATED_AT = 'updatedAt',
}

registerEnumType(UserOrderField, {
  name: 'UserOrderField',
  description: 'What a list of users can be ordered by',
  valuesConfig: {
    ID: { description: 'Key' },
    NAME: { description: 'Name, without case' },
    REAL_NAME: { description: 'Real name' },
    STATUS: { description: 'Where the registration stands' },
    CREATED_AT: { description: 'When it was made' },
    UPDATED_AT: { description: 'When it was last changed' },
  },
});

export const UserOrder = orderOf(UserOrderField, 'User');
export const UserConnection = connectionOf(User, 'User');
