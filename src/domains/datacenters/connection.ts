import { fingerprintOf } from '../../kernel/hostKeys.js';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { ConnectionFailure as Failure, ConnectionState } from './cloud.port.js';

export const ConnectionFailure = {
  AUTHENTICATION_FAILED: 'AUTHENTICATION_FAILED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  UNABLE_TO_CONNECT: 'UNABLE_TO_CONNECT',
  UNABLE_TO_REACH: 'UNABLE_TO_REACH',
} as const satisfies Record<Failure, Failure>;

registerEnumType(ConnectionFailure, {
  name: 'ConnectionFailure',
  description: 'Why a data center cannot be logged in to',
  valuesConfig: {
    AUTHENTICATION_FAILED: { description: 'The user, the password or the key is wrong' },
    PERMISSION_DENIED: { description: 'The account may not log in, or may not read the openrc file' },
    UNABLE_TO_CONNECT: {
      description: 'It refuses connections, speaks no SSH, or has another host key than before',
    },
    UNABLE_TO_REACH: { description: 'There is no such name, no way there, or no answer in time' },
  },
});

/** Of the documented API (003, chapter 3, connect_status). */
const MESSAGES: Record<Failure, string> = {
  AUTHENTICATION_FAILED: 'Authentication failed',
  PERMISSION_DENIED: 'Permission denied',
  UNABLE_TO_CONNECT: 'unable to connect to the host',
  UNABLE_TO_REACH: 'unable to reach the host',
};

const SUCCESS = 'success';

@ObjectType({ simpleResolvers: true, description: 'Whether a data center can be logged in to' })
export class ConnectionStatus {
  @Field(() => Boolean, { description: 'Whether it can' })
  isConnected!: boolean;

  @Field(() => ConnectionFailure, { nullable: true, description: 'Why not; null where it can' })
  failure!: Failure | null;

  @Field(() => String, { description: 'The same in one of four texts, or `success`' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'What happened, for an operator; null where it can' })
  reason!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of the LCM's host key, as OpenSSH prints it; null where none was seen",
  })
  hostKeyFingerprint!: string | null;
}

export function statusOf({ failure, reason, hostKey }: ConnectionState): ConnectionStatus {
  return {
    isConnected: failure === null,
    failure,
    message: failure === null ? SUCCESS : MESSAGES[failure],
    reason,
    hostKeyFingerprint: hostKey === null ? null : fingerprintOf(hostKey),
  };
}
