import { Field, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { inputOf } from '../../kernel/inputs.js';
import { text } from '../../kernel/validation.js';
import { User } from './user.entity.js';

const MAX_NAME = 64;
/** Bounds what is hashed. */
const MAX_PASSWORD = 256;

export const Credentials = z.object({
  user: text(1, MAX_NAME).meta({ description: 'User name' }),
  password: text(1, MAX_PASSWORD).meta({ description: 'Password' }),
});

export const LogInInput = inputOf('LogInInput', 'Who logs in', Credentials);
export type LogInInput = InstanceType<typeof LogInInput>;

export const RefreshSessionInput = inputOf(
  'RefreshSessionInput',
  'The session to go on with',
  z.object({
    refreshToken: z.string().meta({
      description: 'A refresh token that was not used before, or within 10 seconds by the same client',
    }),
  }),
);
export type RefreshSessionInput = InstanceType<typeof RefreshSessionInput>;

@ObjectType({ simpleResolvers: true, description: 'Tokens of a session' })
export class LogInPayload {
  @Field(() => String, { description: 'Token for the Authorization header' })
  accessToken!: string;

  @Field(() => Int, { description: 'Seconds for which the access token works' })
  expiresIn!: number;

  @Field(() => String, {
    description:
      'Gets new tokens once, the same ones again for the same client within 10 seconds; using it later ends the session',
  })
  refreshToken!: string;

  @Field(() => User, { description: 'Who logged in' })
  user!: User;
}

@ObjectType({ simpleResolvers: true, description: 'The session has ended' })
export class LogOutPayload {
  @Field(() => Boolean, { description: 'Always true' })
  loggedOut!: boolean;
}
