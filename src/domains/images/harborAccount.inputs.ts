import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { inputOf } from '../../kernel/inputs.js';
import { text } from '../../kernel/validation.js';
import { HarborAccount } from './harborAccount.entity.js';

const MAX_USER = 255;
/** Bytes: Harbor has counted to the upper bound since 2.9. */
const [MIN_PASSWORD, MAX_PASSWORD] = [8, 128];

/** What Harbor refuses in names (`,` since ever, the others since 2.10), and what parts a name from its password. */
const NOT_IN_NAMES = /[,"~#%$:\p{Cc}]/u;

const isStrong = (password: string): boolean =>
  Buffer.byteLength(password) <= MAX_PASSWORD &&
  [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(password));

const password = text(MIN_PASSWORD, MAX_PASSWORD)
  .refine(isStrong, 'must have a small letter, a capital and a digit, and at most 128 bytes')
  .meta({
    description:
      'Password of the image repository: 8 to 128 characters with a small letter, a capital and a digit',
    example: 'Harbor-Pass-1',
  });

export const NewHarborAccount = z.object({
  user: text(1, MAX_USER)
    .refine((name) => !NOT_IN_NAMES.test(name), 'must not have , " ~ # % $ : or control characters')
    .refine((name) => name.trim() === name, 'must not begin or end with white space')
    .meta({ description: 'User name in the image repository, without , " ~ # % $ and :', example: 'user1' }),
  password,
});
export type NewHarborAccount = z.infer<typeof NewHarborAccount>;

export const HarborPassword = z.object({ password });
export type HarborPassword = z.infer<typeof HarborPassword>;

export const CreateHarborAccountInput = inputOf(
  'CreateHarborAccountInput',
  'A user of the image repository to make, or one of yours there that exists already',
  NewHarborAccount,
);
export type CreateHarborAccountInput = InstanceType<typeof CreateHarborAccountInput>;

export const ChangeHarborPasswordInput = inputOf(
  'ChangeHarborPasswordInput',
  "Another password for the caller's account of the image repository",
  HarborPassword,
);
export type ChangeHarborPasswordInput = InstanceType<typeof ChangeHarborPasswordInput>;

@ObjectType({ simpleResolvers: true, description: 'The account as it is now' })
export class HarborAccountPayload {
  @Field(() => HarborAccount, { description: 'The account' })
  account!: HarborAccount;
}
