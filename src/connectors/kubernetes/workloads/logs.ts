import type { Allowance, ContainerLog } from '../../../domains/edge/clusters/workload.port.js';
import { type Container, hasNoLog, listContainers, logPathOf } from './containers.js';
import { LogLines } from './logLines.js';
import { LogTail } from './logTail.js';
import type { Scope } from './scope.js';

const MOST_CONTAINERS = 50;
/** Of one container. */
export const MOST_LINES = 5000;
/** Of one container's log, whose lines may be endless. */
const MOST_BYTES = 16_777_216;

async function logOf(
  scope: Scope,
  container: Container,
  lines: number,
  allowance: Allowance | undefined,
): Promise<ContainerLog> {
  const { connection, signal } = scope;
  const { pod, container: name } = container;
  const tail = new LogTail(lines, allowance);
  const request = {
    path: logPathOf(scope, container),
    query: { container: name, tailLines: String(lines) },
    form: 'text' as const,
    within: connection.pace.answer,
    signal,
  };
  try {
    await connection.read(request, () => {
      const splitter = new LogLines();
      let bytes = 0;
      tail.clear();
      return {
        take: (chunk) => {
          bytes += chunk.length;
          tail.push(splitter.push(chunk));
          return bytes > MOST_BYTES;
        },
        end: () => tail.push(splitter.rest()),
      };
    });
  } catch (error) {
    if (!hasNoLog(error)) {
      tail.clear();
      throw error;
    }
  }
  return { pod, container: name, lines: tail.lines };
}

/** The last lines of the containers of the owner's pods. */
export async function logsOf(scope: Scope, lines: number, allowance?: Allowance): Promise<ContainerLog[]> {
  const most = Math.max(0, Math.min(lines, MOST_LINES));
  const containers = await listContainers(scope, MOST_CONTAINERS);
  return Promise.all(containers.map((container) => logOf(scope, container, most, allowance)));
}
