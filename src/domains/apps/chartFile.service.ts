import type { EntityManager } from '@mikro-orm/postgresql';
import { createHash } from 'node:crypto';
import { isStillReferredTo } from '../../database/failures.js';
import { ChartFile } from './chartFile.entity.js';

/** The contents of charts, each kept once and for as long as something refers to it. */
export class ChartFileService {
  /** The packed chart (.tgz); null for one that is not kept. */
  async contentOf(em: EntityManager, digest: string): Promise<Buffer | null> {
    const file = await em.findOne(ChartFile, { digest });
    return file?.content ?? null;
  }

  /** Keeps it, so that the transaction can refer to it. */
  async keep(em: EntityManager, content: Buffer): Promise<ChartFile> {
    const digest = createHash('sha256').update(content).digest('hex');
    // Writing the digest again keeps others from deleting the row meanwhile.
    return em.upsert(ChartFile, { digest, content }, { onConflictMergeFields: ['digest'] });
  }

  /** Deletes those to which nothing refers any more. */
  async release(em: EntityManager, digests: Iterable<string | null>): Promise<void> {
    // In one order, so that two who release the same do not wait for each other.
    for (const digest of [...new Set(digests)].filter((each) => each !== null).toSorted()) {
      try {
        await em.transactional(async (savepoint) => savepoint.nativeDelete(ChartFile, { digest }));
      } catch (error) {
        if (!isStillReferredTo(error)) throw error;
      }
    }
  }
}
