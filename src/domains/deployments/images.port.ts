import type { RequestContext } from '../../kernel/context.js';
import type { Placement } from './manifests/index.js';

type Manager = RequestContext['em'];

/** What deployments ask of where images are. */
export interface DeployedImages {
  /** The account of an external repository of the business, for its pull secret; null when it is gone. */
  accountOf: (em: Manager, businessId: number, repositoryId: string) => Promise<Placement['pullAccount']>;
  /** Whether an image's tag is missing in the registry where it should be, as far as that can be told. */
  isMissing: (ctx: RequestContext, image: string) => Promise<boolean>;
}
