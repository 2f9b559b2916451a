export type { YamlJob } from './yamlJob.entity.js';
export { MOST_OF_TEMPLATE, MOST_OF_WORKBOOK, TEMPLATES, YAML_FIELDS } from './yamlJob.fields.js';
export { type YamlGen, createYamlGen, yamlgen } from './yamlgen.module.js';
