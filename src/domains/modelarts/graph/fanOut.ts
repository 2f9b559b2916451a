import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import type { Platform } from '../../platforms/index.js';
import type { Arguments, AskedPlatform } from '../operation.service.js';
import type { Scope } from './operationFields.js';
import type { SdlField } from './sdl.js';

/** Platforms that one operation may ask. */
const MOST_PLATFORMS = 50;
const USUAL_PLATFORMS = 10;
/** Platforms that are asked at the same time. */
const AT_ONCE = 8;
const SECOND = 1000;
/** Seconds for all platforms together, what is linked below them included. */
const BUDGET = 10;

/** Platforms with credentials that the caller may use, the oldest first. */
export type FindAll = (ctx: RequestContext, most: number) => Promise<Platform[]>;

/** One of the platforms that are asked. */
interface Share {
  platform: Platform;
  asked: AskedPlatform;
  gate: BulkheadPolicy;
}

/** The main list of a group. */
export interface MainList {
  group: string;
  field: SdlField;
}

/** What is asked of all platforms at once. */
export class FanOut {
  constructor(
    private readonly findAll: FindAll,
    private readonly budget = BUDGET * SECOND,
  ) {}

  /** Of `Query`. */
  field(type: string): SdlField {
    const resolve = async (_source: unknown, { limit }: { limit: number }, ctx: RequestContext) =>
      this.#shares(ctx, limit);
    return {
      name: 'modelArtsAll',
      type: `[${type}!]!`,
      description: `The main lists of every platform of kind MODELARTS with credentials that the caller may use, asked at the same time, for at most ${BUDGET} s. What fails on one platform is null there, with an error whose extensions name it in platformId`,
      arguments: [
        {
          name: 'limit',
          type: `Int! = ${USUAL_PLATFORMS}`,
          description: `How many platforms, at most ${MOST_PLATFORMS}: the oldest. What is asked of each counts as often`,
        },
      ],
      resolve,
    };
  }

  /** Of each platform. */
  fields(lists: readonly MainList[]): SdlField[] {
    const platform: SdlField = {
      name: 'platform',
      type: 'Platform!',
      description: 'The platform that answers',
      resolve: (share: Share) => share.platform,
    };
    return [platform, ...lists.map((list) => this.#list(list))];
  }

  #list({ group, field }: MainList): SdlField {
    const { resolve: ask, arguments: all = [] } = field;
    const resolve = async (
      { asked, gate }: Share,
      args: Arguments,
      ctx: RequestContext,
      info: GraphQLResolveInfo,
    ) => {
      const scope: Scope = { platform: asked };
      return gate.execute(() => ask?.(scope as never, args as never, ctx, info));
    };
    // A cursor is one of a single platform's.
    return { ...field, name: group, arguments: all.filter(({ name }) => name !== 'after'), resolve };
  }

  async #shares(ctx: RequestContext, limit: number): Promise<Share[]> {
    if (limit < 1 || limit > MOST_PLATFORMS)
      throw badInput([{ path: 'limit', message: `must be from 1 to ${MOST_PLATFORMS}` }]);
    const platforms = await this.findAll(ctx, limit);
    const until = AbortSignal.timeout(this.budget);
    const gate = bulkhead(AT_ONCE, Infinity);
    return platforms.map((platform) => {
      const { id, projectId } = platform;
      return { platform, asked: { id, projectId, until }, gate };
    });
  }
}
