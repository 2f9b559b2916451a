import type { RequestContext } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import type { ImageTag } from './image.entity.js';
import type { ImageName, ImageService } from './image.service.js';
import type { RegistryAccess } from './registryAccess.service.js';

/** ELSEWHERE also when nobody can tell: without an image repository, without an account there, while it is away. */
export type TagPresence = 'PRESENT' | 'MISSING' | 'ELSEWHERE';

const DEFAULT_TAG = 'latest';

/** What images that applications name are in the image repository. */
export class ImageReferenceService {
  constructor(
    private readonly access: Pick<RegistryAccess, 'host'>,
    private readonly images: Pick<ImageService, 'getTag'>,
  ) {}

  /** Empty when the image is not in the image repository. */
  projectNameOf(image: string): string {
    return this.#nameIn(image)?.repository.split('/')[0] ?? '';
  }

  /** As the caller's account sees it. Never rejects because of the image repository. */
  async tagStateOf(ctx: RequestContext, image: string): Promise<TagPresence> {
    try {
      return (await this.findTag(ctx, image)) ? 'PRESENT' : this.#absence(image);
    } catch (error) {
      if (error instanceof DomainError) return 'ELSEWHERE';
      throw error;
    }
  }

  /** Null when the image repository does not have it. Fails as that does. */
  async findTag(ctx: RequestContext, image: string): Promise<ImageTag | null> {
    const name = this.#nameIn(image);
    if (!name) return null;
    try {
      return await this.images.getTag(ctx, name);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  #absence(image: string): TagPresence {
    return this.#nameIn(image) ? 'MISSING' : 'ELSEWHERE';
  }

  /** Undefined for what is elsewhere, and for what is named by its digest, which needs no tag. */
  #nameIn(image: string): ImageName | undefined {
    const { host } = this.access;
    const prefix = `${host}/`;
    if (host === '' || image.includes('@') || !image.startsWith(prefix)) return undefined;
    const [repository = '', tag = DEFAULT_TAG] = image.slice(prefix.length).split(':');
    return repository.includes('/') ? { repository, tag } : undefined;
  }
}
