import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { YamlJob } from './yamlJob.entity.js';
import type { YamlJobService } from './yamlJob.service.js';

/** What other subgraphs refer to, where the caller may see it. */
export function yamlJobReference(jobs: YamlJobService) {
  return async ({ id }: { id: string }, ctx: RequestContext): Promise<YamlJob | null> => {
    authorise(ctx.principal, 'yaml:read');
    return jobs.find(ctx, id);
  };
}
