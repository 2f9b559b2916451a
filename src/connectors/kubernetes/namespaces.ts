import { MANAGER } from '../../kernel/clusterLabels.js';
import { DomainError } from '../../kernel/errors.js';
import type { Connection } from './connection.js';
import { statusOf } from './failures.js';
import { namespaceSchema } from './objects.js';

const PATH = '/api/v1/namespaces';

/** Makes the namespace where it is missing. */
export async function ensureNamespace(
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await connection.call({
      method: 'POST',
      path: PATH,
      query: { fieldManager: MANAGER },
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      reply: namespaceSchema,
      signal,
    });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    await checkUsable(connection, name, signal);
  }
}

async function checkUsable(connection: Connection, name: string, signal: AbortSignal): Promise<void> {
  const path = `${PATH}/${encodeURIComponent(name)}`;
  const { status } = await connection.call({ path, reply: namespaceSchema, signal });
  if (status?.phase !== 'Terminating') return;
  throw new DomainError('UPSTREAM_ERROR', `${connection.named} is still deleting the namespace ${name}`);
}
