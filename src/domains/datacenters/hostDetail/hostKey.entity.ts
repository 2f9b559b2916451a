import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { TIME } from '../../../database/entity.js';
import { DataCenter } from '../dataCenter.entity.js';

/** The host key that a host of a cloud showed first; it outlives what is read of the cloud. */
@Entity({ tableName: 'host_keys' })
@Index({ properties: ['dataCenter'] })
export class HostKey {
  /** Key of the data center, a colon, and the name of the host. */
  @PrimaryKey({ type: 'text' })
  id!: string;

  @ManyToOne(() => DataCenter, { deleteRule: 'cascade' })
  dataCenter!: DataCenter;

  @Property({ type: 'text', fieldName: 'data_center_id', persist: false })
  dataCenterId!: string;

  /** `<algorithm> <base64>`. */
  @Property({ type: 'text' })
  key!: string;

  @Property({ ...TIME })
  seenAt!: Date;
}
