import { Field, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeFilter, IdFilter, IntFilter, StringFilter } from '../../kernel/filters.js';
import type { FormFile } from '../../kernel/forms.js';
import { UploadScalar } from '../../kernel/uploads.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { YamlJob } from './yamlJob.entity.js';
import { TEMPLATES, YAML_FIELDS } from './yamlJob.fields.js';

export const NewGeneration = z.object(YAML_FIELDS);
export type NewGeneration = z.input<typeof NewGeneration>;

const upload = (description: string) => z.custom<FormFile>().meta({ description });

export const GenerateYamlInput = inputOf(
  'GenerateYamlInput',
  'What YAML is generated of',
  z.object({
    ...YAML_FIELDS,
    excel: upload('The workbook (.xlsx); each sheet is a list of rows, keyed by its header'),
    yaml: z
      .array(upload('A template'))
      .meta({ description: `Templates, each under one of the names ${TEMPLATES.join(', ')}` }),
    dryRun: z.boolean().default(false).meta({ description: 'Whether nothing is kept of it' }),
  }),
  { excel: UploadScalar, yaml: [UploadScalar] },
);
export type GenerateYamlInput = InstanceType<typeof GenerateYamlInput>;

@ObjectType({ simpleResolvers: true, description: 'A file that was generated' })
export class YamlFile {
  @Field(() => String, { description: 'Its name, which is that of its template' })
  name!: string;

  @Field(() => String, { description: 'What stands in it' })
  text!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A column of a sheet' })
export class YamlColumn {
  @Field(() => String, { description: 'Name of the sheet' })
  sheet!: string;

  @Field(() => String, { description: 'Header of the column' })
  column!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A cell that is printed and has no value' })
export class MissingYamlValue extends YamlColumn {
  @Field(() => Int, { description: 'Number of the row, as Excel counts' })
  row!: number;
}

@ObjectType({ simpleResolvers: true, description: 'What came of templates and a workbook' })
export class GenerateYamlPayload {
  @Field(() => YamlJob, { nullable: true, description: 'The job; null for a dry run' })
  yamlJob!: YamlJob | null;

  @Field(() => [YamlFile], { description: 'The files, in the order of the templates' })
  files!: YamlFile[];

  @Field(() => [YamlColumn], { description: 'Columns that no template reads' })
  unusedColumns!: YamlColumn[];

  @Field(() => [MissingYamlValue], {
    description: 'Cells that are printed and have no value, nor a default; the first 1,000',
  })
  missingValues!: MissingYamlValue[];

  @Field(() => Int, { description: 'How many such cells there are' })
  missingCount!: number;
}

export const DeleteYamlJobsInput = inputOf(
  'DeleteYamlJobsInput',
  'The jobs to delete',
  z.object({ ids: z.array(key('')).meta({ description: 'Keys; if one is unknown, nothing is deleted' }) }),
);
export type DeleteYamlJobsInput = InstanceType<typeof DeleteYamlJobsInput>;

@ObjectType({ simpleResolvers: true, description: 'The jobs as they were' })
export class DeleteYamlJobsPayload {
  @Field(() => [YamlJob], { description: 'The deleted jobs, in the order in which they were named' })
  yamlJobs!: YamlJob[];
}

export const YamlJobList = listOf(YamlJob, {
  items: 'YAML jobs',
  unordered: 'the latest first',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    site: { by: 'site', filter: StringFilter },
    ceeVersion: { by: 'version of CEE', filter: StringFilter },
    projectName: { by: 'what it is called', filter: StringFilter, order: true },
    size: { by: 'bytes of its zip', filter: IntFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
  },
});
export type YamlJobArgs = ArgsOf<typeof YamlJobList>;
