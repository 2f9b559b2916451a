import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { BooleanFilter, DateTimeFilter, IdFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
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
  isAdmin: z.boolean().meta({ description: 'Whether the user is to administer a business' }),
  realName: readableName(MAX_NAME).meta({ description: 'Real name' }),
};

export const NewUser = z.object({ ...USER_FIELDS, password: PASSWORDS.graph });

/** Any that was ever allowed. */
export const OLD_PASSWORD = Credentials.shape.password.meta({ description: 'The present password' });

export const PasswordChange = z.object({
  oldPassword: OLD_PASSWORD,
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

export const RegisterUserInput = inputOf(
  'RegisterUserInput',
  'A user who registers, and waits for approval',
  NewUser,
);
export type RegisterUserInput = InstanceType<typeof RegisterUserInput>;

export const CreateUserInput = inputOf(
  'CreateUserInput',
  "A user of the caller's business, approved at once; of none when a system administrator makes it",
  NewUser,
);
export type CreateUserInput = InstanceType<typeof CreateUserInput>;

export const AuditUserInput = inputOf(
  'AuditUserInput',
  'The outcome of a registration',
  z.object({
    id: key('The user'),
    status: z.enum(UserStatus).meta({ description: 'Its new status; all its sessions end' }),
  }),
  { status: UserStatus },
);
export type AuditUserInput = InstanceType<typeof AuditUserInput>;

export const ResetPasswordInput = inputOf(
  'ResetPasswordInput',
  'A new password for another user',
  z.object({ id: key('The user'), password: PASSWORDS.graph }),
);
export type ResetPasswordInput = InstanceType<typeof ResetPasswordInput>;

export const ChangePasswordInput = inputOf(
  'ChangePasswordInput',
  'A new password for the caller',
  PasswordChange,
);
export type ChangePasswordInput = InstanceType<typeof ChangePasswordInput>;

export const DeleteUserInput = inputOf(
  'DeleteUserInput',
  'The user to delete',
  z.object({ id: key('The user') }),
);
export type DeleteUserInput = InstanceType<typeof DeleteUserInput>;

@ObjectType({ simpleResolvers: true, description: 'The user as it is now; as it was, when it is deleted' })
export class UserPayload {
  @Field(() => User, { description: 'The user' })
  user!: User;
}

export const UserList = listOf(User, {
  items: 'users',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter },
    nameKey: { by: 'name, without case', order: 'NAME' },
    realName: { by: 'real name', filter: StringFilter, order: true },
    phone: { by: 'phone number', filter: StringFilter },
    status: {
      by: 'where the registration stands',
      filter: enumFilter(UserStatus, 'UserStatus'),
      order: true,
    },
    isAdmin: { by: 'whether the user administers its business', filter: BooleanFilter },
    isSystemAdministrator: { by: 'whether the user administers the system', filter: BooleanFilter },
    businessId: { by: 'business', filter: IdFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type UserArgs = ArgsOf<typeof UserList>;
