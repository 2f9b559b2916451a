import { z } from 'zod';
import { MANAGER, NODE_LABEL_PREFIX, NODE_LABEL_VALUE } from '../../kernel/clusterLabels.js';
import { DomainError } from '../../kernel/errors.js';
import type { Connection } from './connection.js';
import { isNotFound, statusOf } from './failures.js';
import { nodeSchema } from './objects.js';

/** When the node is replaced by another of its name meanwhile. */
const MOST_ATTEMPTS = 3;

const causesSchema = z.object({ causes: z.array(z.object({ reason: z.string().optional() })).optional() });

/** Whether somebody else holds one of the fields with another value, as against the node being another by now. */
function isHeldByOthers(error: DomainError): boolean {
  const causes = causesSchema.safeParse(error.details.upstream?.body).data?.causes ?? [];
  return causes.some(({ reason }) => reason === 'FieldManagerConflict');
}

export const isOwnLabel = (key: string): boolean => key.startsWith(NODE_LABEL_PREFIX);

/** The labels of ours among these, sorted. */
export function ownLabelsOf(labels: Readonly<Record<string, string>>): string[] {
  const own = Object.keys(labels).filter((key) => isOwnLabel(key) && labels[key] === NODE_LABEL_VALUE);
  return own.map((key) => key.slice(NODE_LABEL_PREFIX.length)).toSorted();
}

async function readUid(
  connection: Connection,
  nodeName: string,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { metadata } = await connection.call({ path, reply: nodeSchema, signal });
    return metadata.uid;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new DomainError('NOT_FOUND', `${connection.named} has no node ${JSON.stringify(nodeName)}`);
  }
}

/** Server-side apply of exactly these labels: those of ours that are not among them go, those of others are not touched. */
export async function setNodeLabels(
  connection: Connection,
  nodeName: string,
  labels: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/nodes/${encodeURIComponent(nodeName)}`;
  for (let attempt = 1; ; attempt += 1) {
    // Applied without it, a node that is gone would be made anew.
    const uid = await readUid(connection, nodeName, path, signal);
    try {
      await connection.call({
        method: 'PATCH',
        path,
        query: { fieldManager: MANAGER, force: 'false' },
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: nodeName,
            uid,
            labels: Object.fromEntries(labels.map((name) => [NODE_LABEL_PREFIX + name, NODE_LABEL_VALUE])),
          },
        },
        reply: nodeSchema,
        signal,
      });
      return;
    } catch (error) {
      if (statusOf(error) !== 409 || !(error instanceof DomainError)) throw error;
      if (isHeldByOthers(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
