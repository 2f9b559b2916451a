import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { inputOf, key } from '../../../kernel/inputs.js';
import { Host } from '../inventory/host.entity.js';

export const ForgetHostKeyInput = inputOf(
  'ForgetHostKeyInput',
  'The host whose host key is forgotten',
  z.object({ id: key('The host') }),
);
export type ForgetHostKeyInput = InstanceType<typeof ForgetHostKeyInput>;

@ObjectType({ simpleResolvers: true, description: 'The host as it was read last' })
export class HostPayload {
  @Field(() => Host, { description: 'The host' })
  host!: Host;
}
