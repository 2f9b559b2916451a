import type { RequestContext } from '../../../kernel/context.js';
import type { CloudItems, CloudKind } from '../cloud.port.js';

/** The entity manager whose transaction is open. */
export type Transaction = RequestContext['em'];

/** What one run has read, until it is swapped in for what was there. */
export interface RunIntake {
  /**
   * Takes in all of one kind as it comes: what is stored already is compared, and only what differs is kept for the swap.
   * Kinds that are not taken stay as they are.
   */
  take: <K extends CloudKind>(kind: K, pages: AsyncIterable<readonly CloudItems[K][]>) => Promise<void>;
  /** Writes what differs, deletes what is gone, and records what changed, in the transaction in which the run succeeds. */
  swap: (em: Transaction) => Promise<void>;
  /** Forgets what was taken. What a run of a replica that is gone took goes when the next begins. */
  discard: () => Promise<void>;
}

/** Where runs bring what they read. */
export interface InventoryIntake {
  /** At most one run of a data center takes at a time. */
  begin: (dataCenterId: string, runId: string) => Promise<RunIntake>;
}
