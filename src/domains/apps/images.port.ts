import type { RequestContext } from '../../kernel/context.js';

/** What applications ask of where images are. */
export interface Images {
  /** Whether the business has this external repository. */
  hasRepository: (em: RequestContext['em'], businessId: number, repositoryId: string) => Promise<boolean>;
  /** The project of an image in Harbor; empty when it is not there. */
  projectNameOf: (image: string) => string;
}
