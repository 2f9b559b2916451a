import type { Config } from './config/settings.js';
import type { Permission } from './domains/identity/index.js';
import type { Authorise } from './rest/kit/dialect.js';
import { optimusSystem } from './rest/optimus/index.js';
import { oteSystem } from './rest/ote/index.js';
import { platformSystem } from './rest/platform/index.js';
import type { Services } from './services.js';

/** Every REST system, by the name of its document in schema/openapi. */
export function restSystems(services: Services, { SIGN_AUTO_APPROVE }: Pick<Config, 'SIGN_AUTO_APPROVE'>) {
  const { callers, platforms, sessions, users } = services;
  const byToken: Authorise<Permission> = (request, access) => callers.byToken(request, access);
  return {
    platform: platformSystem(platforms, (request, access) => callers.trustedOrAnyToken(request, access)),
    ote: oteSystem(services, byToken),
    optimus: optimusSystem({ sessions, users, approveAtOnce: SIGN_AUTO_APPROVE }, byToken),
  };
}
