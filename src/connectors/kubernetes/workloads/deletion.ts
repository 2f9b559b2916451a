import { isNotFound, statusOf } from '../failures.js';
import { statusReplySchema } from './objects.js';
import type { Scope } from './scope.js';

/** Of an object that is another one by now. */
const CONFLICT = 409;

/** Deletes an object, if it is still the one that was seen; what it has made follows. */
export async function deleteObject(scope: Scope, path: string, uid: string): Promise<void> {
  try {
    await scope.connection.call({
      method: 'DELETE',
      path,
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: { uid },
      },
      reply: statusReplySchema,
      signal: scope.signal,
    });
  } catch (error) {
    if (!isNotFound(error) && statusOf(error) !== CONFLICT) throw error;
  }
}
