import { DomainError } from '../../kernel/errors.js';
import type { RequestContext } from '../../kernel/context.js';
import type { ImageRegistry, RegistryAccount } from './imageRegistry.port.js';

/** Longest wait for all that an answer needs of the registry, in milliseconds. */
const PATIENCE = 60_000;

export interface RegistrySettings {
  /** Scheme, host and port; empty where there is no image repository. */
  url: string;
  /** Who makes users there; null where nobody does. */
  administrator: RegistryAccount | null;
}

/** The image repository, if there is one. */
export class RegistryAccess {
  /** As images name it; empty where there is none. */
  readonly host: string;

  constructor(
    readonly settings: RegistrySettings,
    private readonly connector: () => Promise<ImageRegistry>,
    private readonly patience = PATIENCE,
  ) {
    this.host = URL.parse(settings.url)?.host ?? '';
  }

  /** NOT_CONFIGURED where there is none. */
  async open(): Promise<ImageRegistry> {
    if (this.settings.url === '')
      throw new DomainError('NOT_CONFIGURED', 'image repository is not configured');
    return this.connector();
  }

  /** Works with the registry as long as the caller waits, and not for ever. */
  async work<T>(
    { signal }: Pick<RequestContext, 'signal'>,
    use: (registry: ImageRegistry, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const registry = await this.open();
    const time = AbortSignal.timeout(this.patience);
    try {
      return await use(registry, AbortSignal.any([signal, time]));
    } catch (error) {
      if (!time.aborted || signal.aborted) throw error;
      throw new DomainError('UPSTREAM_TIMEOUT', 'the image repository took too long', {}, { cause: error });
    }
  }
}
