import type { Permission } from '../../domains/identity/index.js';
import { HarborPassword, type Images, NewHarborAccount } from '../../domains/images/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Done, done } from './common.wire.js';
import { AS_CALLER, REMOTE, statuses, tag } from './repository.wire.js';

/** ote 002, Repository Management 5 and 6. */
export function repositoryUserEndpoints({ accounts }: Images): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'createRepositoryUser',
      route: 'POST /repository/user',
      tag,
      statuses,
      summary: '5. Create user',
      description:
        "Makes a user of the image repository, as which the caller acts there from then on. One that exists there already is taken over with its password, else 409, as when the caller has another account already. 403 when nobody is set who makes users there and the user doesn't exist.",
      access: 'repository:write',
      body: NewHarborAccount,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(accounts.create(ctx, body)),
    }),
    endpoint({
      id: 'changeRepositoryPassword',
      route: 'PUT /repository/user',
      tag,
      statuses,
      summary: '6. Update password',
      description: `Changes the password of the caller's account of the image repository. The present password again answers 400. ${AS_CALLER}`,
      access: 'repository:write',
      body: HarborPassword,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(accounts.changePassword(ctx, body)),
    }),
  ];
}
