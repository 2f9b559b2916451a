import { BlobType } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { App } from './app.entity.js';

/** The packed chart (.tgz) of an application, apart from what lists read. */
@Entity({ tableName: 'app_charts' })
export class ChartFile {
  @ManyToOne(() => App, {
    primary: true,
    deleteRule: 'cascade',
    updateRule: 'no action',
    foreignKeyName: 'app_charts_app_id_fkey',
  })
  app!: App;

  @Property({ type: BlobType })
  content!: Buffer;
}
