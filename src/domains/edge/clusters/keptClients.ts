import { LRUCache } from 'lru-cache';
import type { ClusterClient } from './cluster.port.js';

/** Milliseconds for which a client waits for the next work: longer than a rollout lets a cluster wait. */
const LIFE = 10_000;
/** Each holds a connection. */
const MOST = 250;

/** Clients that are used again soon, since their connections take longer to make than small questions to answer. */
export class KeptClients {
  readonly #kept = new LRUCache<string, ClusterClient>({
    max: MOST,
    ttl: LIFE,
    ttlAutopurge: true,
    dispose: (client, _key, reason) => {
      if (reason !== 'delete') client.close();
    },
  });

  /** Nobody else has the client meanwhile. One whose work fails is closed. */
  async use(
    key: string,
    open: () => Promise<ClusterClient>,
    work: (client: ClusterClient) => Promise<void>,
  ): Promise<void> {
    const client = this.#take(key) ?? (await open());
    try {
      await work(client);
    } catch (error) {
      client.close();
      throw error;
    }
    this.#kept.set(key, client);
  }

  #take(key: string): ClusterClient | undefined {
    const client = this.#kept.get(key);
    this.#kept.delete(key);
    return client;
  }
}
