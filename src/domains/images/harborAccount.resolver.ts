import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Permission } from '../identity/index.js';
import { HarborAccount } from './harborAccount.entity.js';
import {
  ChangeHarborPasswordInput,
  CreateHarborAccountInput,
  HarborAccountPayload,
} from './harborAccount.inputs.js';
import type { HarborAccountService } from './harborAccount.service.js';

@Resolver(() => HarborAccount)
export class HarborAccountResolver {
  constructor(private readonly service: HarborAccountService) {}

  @Authorized<Permission>('repository:read')
  @Query(() => HarborAccount, {
    nullable: true,
    description: "The caller's account of the image repository, or null",
  })
  async harborAccount(@Ctx() ctx: RequestContext): Promise<HarborAccount | null> {
    return this.service.find(ctx);
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => HarborAccountPayload, {
    description:
      'Makes a user of the image repository for the caller; one that exists there already is taken over with its password. CONFLICT for a name that is taken, and when the caller has another account already',
  })
  async createHarborAccount(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateHarborAccountInput, { description: 'The account' })
    input: CreateHarborAccountInput,
  ): Promise<HarborAccountPayload> {
    return { account: await this.service.create(ctx, input) };
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => HarborAccountPayload, {
    description: "Changes the password of the caller's account in the image repository",
  })
  async changeHarborPassword(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ChangeHarborPasswordInput, { description: 'The password' })
    input: ChangeHarborPasswordInput,
  ): Promise<HarborAccountPayload> {
    return { account: await this.service.changePassword(ctx, input, ['input']) };
  }
}
