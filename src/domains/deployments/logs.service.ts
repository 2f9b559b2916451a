import { Repeater, SlidingBuffer } from '@graphql-yoga/subscription';
import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import { rowsBy } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { asDomainError, badInput } from '../../kernel/errors.js';
import type { ClusterAccess, LogLine, Room, WorkloadOwner } from '../edge/index.js';
import { DeploymentTarget } from './deployment.entity.js';
import type { DeploymentService } from './deployment.service.js';
import { SortDirection } from '../../kernel/pages.js';
import { type DeploymentLogLine, type DeploymentLogs, MOST_LINES } from './deploymentLogs.js';
import { LogBudget, LogShare } from './logBudget.js';
import { type LogLimits, LogRoom, LogRooms } from './logRoom.js';
import { ownerOf } from './rollout/objects.service.js';

/** Clusters that are asked at once for one operation. */
const MOST_CALLS = 20;
/** Lines that wait for a reader; one that is too slow loses the oldest. */
const BUFFER = 1000;
const NOTHING: LogLine = { pod: '', container: '', line: '' };
const CLUSTER_LEFT_OUT = 'the cluster is not followed: too many others are';
const LINES_LEFT_OUT =
  'lines are left out: the logs are too large for one answer; ask for fewer lines or deployments';
const BY_CLUSTER = [{ property: 'clusterId', direction: SortDirection.ASC }];

function checkTail(tail: number): void {
  if (tail >= 0 && tail <= MOST_LINES) return;
  throw badInput([{ path: 'tail', message: `must be from 0 to ${MOST_LINES}` }]);
}

/** What one operation reads, however many deployments it asks for. */
interface Reading {
  turns: BulkheadPolicy;
  budget: LogBudget;
}

interface Following {
  owner: WorkloadOwner;
  tail: number;
  room: Room;
  tell: (line: DeploymentLogLine) => void;
}

/** Of containers that are not followed for want of room, in place of a line. */
function noticeOf({ leftOut }: LogLine): string | null {
  if (leftOut === undefined) return null;
  const what = leftOut === 1 ? '1 container is' : `${leftOut} containers are`;
  return leftOut === 0 ? 'every container is followed' : `${what} not followed: too many others are`;
}

/** What the pods of a deployment write. */
export class LogService {
  readonly #rooms: LogRooms;
  readonly #readings = new WeakMap<RequestContext, Reading>();

  constructor(
    private readonly access: ClusterAccess,
    private readonly deployments: DeploymentService,
    private readonly limits: LogLimits,
  ) {
    this.#rooms = new LogRooms(limits.all);
  }

  /** A cluster that does not tell says why. */
  async of(ctx: RequestContext, id: number, tail: number): Promise<DeploymentLogs[]> {
    checkTail(tail);
    const owner = ownerOf(await this.deployments.get(ctx, String(id)));
    const clusterIds = await this.#clustersOf(ctx, id);
    const { turns, budget } = this.#readingOf(ctx);
    return Promise.all(
      clusterIds.map(async (clusterId) =>
        turns.execute(async () => {
          const share = new LogShare(budget);
          try {
            const containers = await this.access.ask(clusterId, ctx.signal, async (client, signal) =>
              client.logsOf(owner, tail, signal, share),
            );
            return { clusterId, containers, failure: share.isShort ? LINES_LEFT_OUT : null };
          } catch (error) {
            return { clusterId, containers: [], failure: asDomainError(error).message };
          }
        }),
      ),
    );
  }

  /**
   * The last lines of all clusters that answer and that there is room for, and those that come, and what there is no room for;
   * fails when none is followed any more.
   */
  async follow(ctx: RequestContext, id: string, tail: number): Promise<AsyncIterable<DeploymentLogLine>> {
    checkTail(tail);
    const deployment = await this.deployments.get(ctx, id);
    const owner = ownerOf(deployment);
    const clusterIds = await this.#clustersOf(ctx, deployment.id);
    const { clusters, containers } = this.limits;
    const followed = clusterIds.slice(0, clusters);
    const whole = this.#rooms.roomOf(requirePrincipal(ctx));
    const share = Math.max(1, Math.floor(containers / followed.length));
    return new Repeater<DeploymentLogLine>(async (push, stop) => {
      const ending = new AbortController();
      const tell = (line: DeploymentLogLine) => void push(line);
      const leaveOut = (clusterId: number) => tell({ clusterId, ...NOTHING, notice: CLUSTER_LEFT_OUT });
      const following = followed.map(async (clusterId) => {
        const leave = whole.take();
        if (!leave) {
          leaveOut(clusterId);
          return;
        }
        const room = new LogRoom(share, whole);
        await this.#followIn(clusterId, { owner, tail, room, tell }, ending.signal).finally(leave);
      });
      clusterIds.slice(clusters).forEach(leaveOut);
      const ended = Promise.allSettled(following).then((results) =>
        stop(results.find((result) => result.status === 'rejected')?.reason),
      );
      await stop;
      ending.abort();
      await ended;
    }, new SlidingBuffer(BUFFER));
  }

  #readingOf(ctx: RequestContext): Reading {
    const known = this.#readings.get(ctx);
    if (known) return known;
    const reading = { turns: bulkhead(MOST_CALLS, Infinity), budget: new LogBudget(this.limits.bytes) };
    this.#readings.set(ctx, reading);
    return reading;
  }

  async #followIn(
    clusterId: number,
    { owner, tail, room, tell }: Following,
    signal: AbortSignal,
  ): Promise<void> {
    await this.access.work(clusterId, async (client) => {
      for await (const said of client.followLogs(owner, tail, signal, room)) {
        const { pod, container, line } = said;
        tell({ clusterId, pod, container, line, notice: noticeOf(said) });
      }
    });
  }

  async #clustersOf(ctx: RequestContext, id: number): Promise<number[]> {
    const targets = await rowsBy(ctx.reader, DeploymentTarget, 'deploymentId', [id], { order: BY_CLUSTER });
    return targets.filter(({ appliedAt }) => appliedAt !== null).map(({ clusterId }) => clusterId);
  }
}
