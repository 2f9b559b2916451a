import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { text } from '../../kernel/validation.js';
import { User } from './user.entity.js';

const MAX_NAME = 64;
/** Bounds what is hashed. */
const MAX_PASSWORD = 256;

export const Credentials = z.object({
  user: text(1, MAX_NAME).meta({ description: 'User name' }),
  password: text(1, MAX_PASSWORD).meta({ description: 'User password' }),
});

@InputType({ description: 'Who logs in' })
export class LogInInput {
  @Field(() => String, { description: 'User name' })
  user!: string;

  @Field(() => String, { description: 'Password' })
  password!: string;
}

@InputType({ description: 'The session to go on with' })
export class RefreshSessionInput {
  @Field(() => String, { description: 'A refresh token that was not used before' })
  refreshToken!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Tokens of a session' })
export class LogInPayload {
  @Field(() => String, { description: 'Token for the Authorization header' })
  accessToken!: string;

  @Field(() => Int, { description: 'Seconds for which the access token works' })
  expiresIn!: number;

  @Field(() => String, { description: 'Gets new tokens once; using it again ends the session' })
  refreshToken!: string;

  @Field(() => User, { description: 'Who logged in' })
  user!: User;
}

@ObjectType({ simpleResolvers: true, description: 'The session has ended' })
export class LogOutPayload {
  @Field(() => Boolean, { description: 'Always true' })
  loggedOut!: boolean;
}
