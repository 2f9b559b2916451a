import { isNotFound } from '../failures.js';
import { statusReplySchema } from './objects.js';
import type { Scope } from './scope.js';

/** Deletes an object, which fails where it is another one by now; what it has made follows. */
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
    if (!isNotFound(error)) throw error;
  }
}
