import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TIME } from '../../../database/entity.js';

/** A replica that watches clusters, among which these are shared out. */
@Entity({ tableName: 'cluster_watchers' })
export class ClusterWatcher {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ ...TIME })
  aliveUntil!: Date;
}
