import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { App } from './app.entity.js';
import type { AppService } from './app.service.js';

/** The applications that other subgraphs refer to, read in one statement. A caller sees its business's. */
export function appReference(apps: AppService) {
  return async ({ id }: { id: string | number }, ctx: RequestContext): Promise<App | null> => {
    authorise(ctx.principal, 'app:read');
    return apps.find(ctx, String(id));
  };
}
