import type { Config } from './config/settings.js';
import type { Permission } from './domains/identity/index.js';
import type { Faces } from './modules.js';
import type { Authorise } from './rest/kit/dialect.js';
import { optimusSystem } from './rest/optimus/index.js';
import { oteSystem } from './rest/ote/index.js';
import { platformSystem } from './rest/platform/index.js';

/** Every REST system, by the name of its document in schema/openapi. */
export function restSystems(
  faces: Faces,
  { ADMIN_AUTO_DEPLOY, SIGN_AUTO_APPROVE }: Pick<Config, 'ADMIN_AUTO_DEPLOY' | 'SIGN_AUTO_APPROVE'>,
) {
  const { callers } = faces.identity;
  const byToken: Authorise<Permission> = (request, access) => callers.byToken(request, access);
  return {
    platform: platformSystem(faces, (request, access) => callers.trustedOrAnyToken(request, access)),
    ote: oteSystem(faces, byToken, { autoDeploy: ADMIN_AUTO_DEPLOY }),
    optimus: optimusSystem(faces, byToken, { approveAtOnce: SIGN_AUTO_APPROVE }),
  };
}
