import type { ThreadLimits } from '../../kernel/threads.js';
import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import { GenerationService } from './generation.service.js';
import { YamlJob } from './yamlJob.entity.js';
import { yamlJobReference } from './yamlJob.reference.js';
import { YamlJobResolver } from './yamlJob.resolver.js';
import { YamlJobService } from './yamlJob.service.js';
import { YamlResult } from './yamlResult.entity.js';

export function createYamlGen(
  { database }: Pick<Base, 'database'>,
  { businesses, trail }: Identity,
  limits?: ThreadLimits,
) {
  const yamlJobs = new YamlJobService({ businesses, database, trail });
  businesses.moveWith(async (em, userId, businessId) => yamlJobs.move(em, userId, businessId));
  return { businesses, yamlJobs, generations: new GenerationService(yamlJobs, limits) };
}

export type YamlGen = ReturnType<typeof createYamlGen>;

/** YAML files, generated of templates and workbooks. */
export const yamlgen: Module<YamlGen> = {
  entities: [YamlJob, YamlResult],
  resolvers: ({ businesses, generations, yamlJobs }) => [
    new YamlJobResolver(yamlJobs, generations, businesses),
  ],
  references: ({ yamlJobs }) => ({ YamlJob: yamlJobReference(yamlJobs) }),
};
