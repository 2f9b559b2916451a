import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Permission } from '../domains/identity/index.js';
import type { RouteService } from '../domains/platforms/index.js';
import type { RequestContext } from '../kernel/context.js';
import { notFound } from '../kernel/errors.js';
import { parse } from '../kernel/validation.js';
import type { Transmit } from './index.js';
import { Headers, TransmitInput, TransmitPayload } from './transmit.inputs.js';

@Resolver()
export class TransmitResolver {
  constructor(
    private readonly forwarding: Transmit,
    private readonly routes: RouteService,
  ) {}

  @Authorized<Permission>('platform:transmit')
  @Mutation(() => TransmitPayload, {
    description:
      'Sends a small call to a platform; its answer is held in memory, at most 1 MiB. Larger ones go through /sys/transmit. ' +
      'UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT or UPSTREAM_ERROR when the platform gives no answer',
  })
  async transmit(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => TransmitInput, { description: 'What to send where' }) input: TransmitInput,
  ): Promise<TransmitPayload> {
    const { platformId, headers, ...call } = input;
    const route = await this.routes.find(platformId);
    if (!route) throw notFound('platform', platformId);
    return this.forwarding.call(route, {
      ...call,
      headers: parse(Headers, headers, ['input', 'headers']) ?? {},
      address: ctx.address,
      signal: ctx.signal,
    });
  }
}
