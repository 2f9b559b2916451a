import type { AddressPolicy } from '../../kernel/networks.js';
import type { ThreadLimits } from '../../kernel/threads.js';
import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import { AccountService } from './calls/account.service.js';
import { PlatformCallService } from './calls/call.service.js';
import { Repeats } from './calls/repeats.js';
import { RequestRoom } from './calls/requestRoom.js';
import { SigningService } from './calls/signing.service.js';
import type { PlatformCaller } from './caller.port.js';
import { DocumentService } from './documents/document.service.js';
import { PlatformOperationResolver, PlatformOperationsResolver } from './documents/operation.resolver.js';
import { OperationService } from './documents/operation.service.js';
import { PlatformDocument } from './documents/platformDocument.entity.js';
import { Platform } from './platform.entity.js';
import { platformReference } from './platform.reference.js';
import { PlatformEventResolver, PlatformResolver } from './platform.resolver.js';
import { PLATFORM_SECRETS } from './platform.secrets.js';
import { PlatformService } from './platform.service.js';
import { RouteService } from './route.service.js';
import type { PlatformSigner } from './signer.port.js';

export interface PlatformParts {
  /** Where platforms may be. */
  addresses: AddressPolicy;
  caller: PlatformCaller;
  signer: () => Promise<PlatformSigner>;
  /** What reading a document may take. */
  documentLimits: ThreadLimits | undefined;
}

export function createPlatforms(
  { config, database, secrets }: Base,
  { businesses, trail }: Identity,
  { addresses, caller, signer, documentLimits }: PlatformParts,
) {
  const documents = new DocumentService(database, config, documentLimits);
  const accounts = new AccountService(database, config, secrets);
  const platforms = new PlatformService(database, trail, secrets, documents, accounts, (address) =>
    addresses.allows(address),
  );
  const room = new RequestRoom();
  const calls = new PlatformCallService(platforms, accounts, caller, signer, room);
  const repeats = new Repeats(room);
  return {
    businesses,
    platforms,
    accounts,
    calls,
    documents,
    operations: new OperationService({ calls, documents, repeats }),
    repeats,
    signing: new SigningService(accounts, signer),
    routes: new RouteService(database, config),
  };
}

export type Platforms = ReturnType<typeof createPlatforms>;

/** The registry of platforms. */
export const platforms: Module<Platforms> = {
  entities: [Platform, PlatformDocument],
  sealed: [PLATFORM_SECRETS],
  resolvers: ({ businesses, operations, platforms: registry }) => [
    new PlatformEventResolver(registry),
    new PlatformOperationResolver(operations),
    new PlatformOperationsResolver(operations),
    new PlatformResolver(registry, businesses),
  ],
  references: ({ platforms: registry }) => ({ Platform: platformReference(registry) }),
};
