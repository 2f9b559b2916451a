import { Repeater, SlidingBuffer } from '@graphql-yoga/subscription';
import { bulkhead } from 'cockatiel';
import { rowsBy } from '../../database/rowsBy.js';
import type { RequestContext } from '../../kernel/context.js';
import { asDomainError, badInput } from '../../kernel/errors.js';
import type { ClusterAccess } from '../edge/index.js';
import { DeploymentTarget } from './deployment.entity.js';
import type { DeploymentService } from './deployment.service.js';
import { SortDirection } from '../../kernel/pages.js';
import { type DeploymentLogLine, type DeploymentLogs, MOST_LINES } from './deploymentLogs.js';
import { ownerOf } from './rollout/objects.service.js';

/** Clusters that are asked at once. */
const MOST_CALLS = 20;
/** Lines that wait for a reader; one that is too slow loses the oldest. */
const BUFFER = 1000;
const BY_CLUSTER = [{ property: 'clusterId', direction: SortDirection.ASC }];

function checkTail(tail: number): void {
  if (tail >= 0 && tail <= MOST_LINES) return;
  throw badInput([{ path: 'tail', message: `must be from 0 to ${MOST_LINES}` }]);
}

/** What the pods of a deployment write. */
export class LogService {
  constructor(
    private readonly access: ClusterAccess,
    private readonly deployments: DeploymentService,
  ) {}

  /** A cluster that does not tell says why. */
  async of(ctx: RequestContext, id: number, tail: number): Promise<DeploymentLogs[]> {
    checkTail(tail);
    const owner = ownerOf(await this.deployments.get(ctx, String(id)));
    const clusterIds = await this.#clustersOf(ctx, id);
    const turns = bulkhead(MOST_CALLS, clusterIds.length);
    return Promise.all(
      clusterIds.map(async (clusterId) =>
        turns.execute(async () => {
          try {
            const containers = await this.access.ask(clusterId, ctx.signal, async (client, signal) =>
              client.logsOf(owner, tail, signal),
            );
            return { clusterId, containers, failure: null };
          } catch (error) {
            return { clusterId, containers: [], failure: asDomainError(error).message };
          }
        }),
      ),
    );
  }

  /** The last lines of all clusters that answer, and those that come; fails when none is followed any more. */
  async follow(ctx: RequestContext, id: string, tail: number): Promise<AsyncIterable<DeploymentLogLine>> {
    checkTail(tail);
    const deployment = await this.deployments.get(ctx, id);
    const owner = ownerOf(deployment);
    const clusterIds = await this.#clustersOf(ctx, deployment.id);
    return new Repeater<DeploymentLogLine>(async (push, stop) => {
      const ending = new AbortController();
      const following = clusterIds.map(async (clusterId) =>
        this.access.work(clusterId, async (client) => {
          for await (const line of client.followLogs(owner, tail, ending.signal)) {
            void push({ clusterId, ...line });
          }
        }),
      );
      const ended = Promise.allSettled(following).then((results) =>
        stop(results.find((result) => result.status === 'rejected')?.reason),
      );
      await stop;
      ending.abort();
      await ended;
    }, new SlidingBuffer(BUFFER));
  }

  async #clustersOf(ctx: RequestContext, id: number): Promise<number[]> {
    const targets = await rowsBy(ctx.reader, DeploymentTarget, 'deploymentId', [id], { order: BY_CLUSTER });
    return targets.filter(({ appliedAt }) => appliedAt !== null).map(({ clusterId }) => clusterId);
  }
}
