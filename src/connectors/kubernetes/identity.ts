import type { Connection } from './connection.js';
import { protocolFailure } from './failures.js';
import { namespaceSchema } from './objects.js';

/** What tells the cluster from all others: kube-system exists in each and lives as long as the cluster does. */
export async function readIdentity(connection: Connection, signal: AbortSignal): Promise<string> {
  const path = '/api/v1/namespaces/kube-system';
  const { metadata } = await connection.call({ path, reply: namespaceSchema, signal });
  return metadata.uid;
}

export type CheckIdentity = (signal: AbortSignal) => Promise<void>;

/** Fails when another cluster than the expected one answers, such as one that was built anew at the same address. */
export function identityCheck(connection: Connection, expected: string | undefined): CheckIdentity {
  return async (signal) => {
    if (expected === undefined || (await readIdentity(connection, signal)) === expected) return;
    throw protocolFailure(connection, 'is another cluster than the one that was registered');
  };
}
