import { oteSystem } from './rest/ote/index.js';
import { platformSystem } from './rest/platform/index.js';
import type { Services } from './services.js';

/** Every REST system, by the name of its document in schema/openapi. */
export function restSystems({ callers, platforms, sessions }: Services) {
  return {
    platform: platformSystem(platforms, (request, permission) =>
      callers.trustedOrAnyToken(request, permission),
    ),
    ote: oteSystem(sessions, (request, permission) => callers.requireToken(request, permission)),
  };
}
