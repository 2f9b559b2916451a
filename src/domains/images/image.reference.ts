import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { ExternalRepository } from './externalRepository.entity.js';
import type { ExternalRepositoryService } from './externalRepository.service.js';

/** The external repositories that other subgraphs refer to, read in one statement. */
export function externalRepositoryReference(service: ExternalRepositoryService) {
  return async ({ id }: { id: string | number }, ctx: RequestContext): Promise<ExternalRepository | null> => {
    authorise(ctx.principal, 'repository:read');
    return service.find(ctx, String(id));
  };
}
