import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { Deployment } from './deployment.entity.js';
import type { DeploymentService } from './deployment.service.js';

/** The deployments that other subgraphs refer to, read in one statement. A caller sees those of its business. */
export function deploymentReference(deployments: DeploymentService) {
  return async ({ id }: { id: string }, ctx: RequestContext): Promise<Deployment | null> => {
    authorise(ctx.principal, 'deployment:read');
    return deployments.find(ctx, id);
  };
}
