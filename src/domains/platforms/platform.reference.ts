import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { Platform } from './platform.entity.js';
import type { PlatformService } from './platform.service.js';

/** The platforms that other subgraphs refer to, read in one statement. */
export function platformReference(service: PlatformService) {
  return async (reference: { id: string }, ctx: RequestContext): Promise<Platform | null> => {
    authorise(ctx.principal, 'platform:read');
    return service.find(ctx, reference.id);
  };
}
