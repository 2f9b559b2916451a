import { randomUUID } from 'node:crypto';
import type { ImageRegistry, RegistryAccount } from '../../domains/images/imageRegistry.port.js';
import { type HarborConnection, isCode } from './connection.js';
import { userSchema } from './objects.js';

type Users = Pick<ImageRegistry, 'identify' | 'createUser' | 'changePassword'>;

/** Harbor wants an address that no other user has; nothing is sent to this one (RFC 2606). */
const addressFor = () => `isthmus-${randomUUID()}@users.invalid`;

const ORIGIN = 'made by Isthmus';

export function users(connection: HarborConnection): Users {
  return {
    identify: async (as, signal) => {
      try {
        const { user_id: userId } = await connection.get({ path: '/users/current', as, signal }, userSchema);
        return { userId };
      } catch (error) {
        if (isCode(error, 'ACCOUNT_REQUIRED')) return null;
        throw error;
      }
    },
    createUser: (as, { user, password }: RegistryAccount, signal) =>
      connection.send({
        method: 'POST',
        path: '/users',
        body: { username: user, realname: user, password, email: addressFor(), comment: ORIGIN },
        as,
        signal,
      }),
    changePassword: (as, userId, next, signal) =>
      connection.send({
        method: 'PUT',
        path: `/users/${userId}/password`,
        body: { old_password: as.password, new_password: next },
        as,
        signal,
      }),
  };
}
