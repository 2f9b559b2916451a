import { BlobType } from '@mikro-orm/core';
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy';
import { YamlJob } from './yamlJob.entity.js';

/** The zip with the files of a job, apart from what lists read. */
@Entity({ tableName: 'yaml_results' })
export class YamlResult {
  @ManyToOne(() => YamlJob, {
    primary: true,
    deleteRule: 'cascade',
    updateRule: 'no action',
    foreignKeyName: 'yaml_results_job_id_fkey',
  })
  job!: YamlJob;

  @Property({ type: BlobType })
  content!: Buffer;
}
