import type { z } from 'zod';
import type { Connection } from './connection.js';
import { versionSchema } from './objects.js';

/** Which Kubernetes the cluster runs, such as v1.36.1. */
export async function readVersion(
  connection: Connection,
  signal: AbortSignal,
): Promise<z.output<typeof versionSchema>> {
  return connection.call({ path: '/version', reply: versionSchema, signal });
}
