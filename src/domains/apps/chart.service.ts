import type { EntityManager } from '@mikro-orm/postgresql';
import { ChartFile } from './chartFile.entity.js';

/** Charts of applications. */
export class ChartService {
  /** The packed chart (.tgz); null for an application without one. */
  async contentOf(em: EntityManager, appId: number): Promise<Buffer | null> {
    const file = await em.findOne(ChartFile, { app: appId });
    return file?.content ?? null;
  }
}
