import { z } from 'zod';
import type { ProjectState, RepositoryState, TagState } from '../../domains/images/imageRegistry.port.js';
import { tidyInstant, tidyInt } from '../../net/numbers.js';
import { tidy } from '../../net/text.js';

/** Go leaves out what is zero and writes null for what is empty. */
const text = z
  .string()
  .nullish()
  .transform((value) => tidy(value ?? ''));
const size = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);
const count = size.transform((value) => tidyInt(value));
/** What never happened is in the year 1, Go's zero time. */
const time = z
  .string()
  .nullish()
  .transform((value) => {
    const date = tidyInstant(Date.parse(value ?? ''));
    return date.getUTCFullYear() > 1 ? date : null;
  });
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((value): z.output<T>[] => value ?? []);

export const userSchema = z.object({ user_id: z.int(), username: z.string() });

export const projectSchema = z
  .object({
    project_id: z.int(),
    name: z.string().transform((name) => tidy(name)),
    repo_count: count,
    metadata: z.object({ public: text }).nullish(),
    creation_time: time,
    update_time: time,
  })
  .transform((project): ProjectState => ({
    id: project.project_id,
    name: project.name,
    isPublic: project.metadata?.public === 'true',
    imageCount: project.repo_count,
    createdAt: project.creation_time,
    updatedAt: project.update_time,
  }));

export const deletableSchema = z.object({ deletable: z.boolean().default(false), message: text });

export const permissionsSchema = listOf(z.object({ resource: text, action: text }));

export const repositorySchema = z
  .object({
    id: z.int(),
    project_id: z.int(),
    name: z.string().transform((name) => tidy(name)),
    description: text,
    artifact_count: count,
    pull_count: count,
    creation_time: time,
    update_time: time,
  })
  .transform((repository): RepositoryState => ({
    id: repository.id,
    projectId: repository.project_id,
    name: repository.name,
    description: repository.description,
    artifactCount: repository.artifact_count,
    pullCount: repository.pull_count,
    createdAt: repository.creation_time,
    updatedAt: repository.update_time,
  }));

const platformSchema = z.object({ architecture: text, os: text });
type Platform = z.output<typeof platformSchema>;

export const artifactSchema = z.object({
  id: z.int(),
  digest: text,
  size,
  push_time: time,
  extra_attrs: platformSchema.nullish().catch(null),
  references: listOf(z.object({ platform: platformSchema.nullish() })),
  tags: listOf(
    z.object({
      id: z.int(),
      name: z.string().transform((name) => tidy(name)),
      push_time: time,
      pull_time: time,
      immutable: z.boolean().nullish(),
    }),
  ),
});
type Artifact = z.output<typeof artifactSchema>;

/** What attestations of an index name their platform. */
const UNKNOWN = 'unknown';

function joined(platforms: readonly Platform[], key: keyof Platform): string {
  const known = platforms.map((platform) => platform[key]).filter((name) => name !== '' && name !== UNKNOWN);
  return [...new Set(known)].join(', ');
}

export function tagsOf({ digest, size, push_time, extra_attrs, references, tags }: Artifact): TagState[] {
  const platforms = references.length > 0 ? references.map(({ platform }) => platform) : [extra_attrs];
  const known = platforms.filter((platform) => platform != null);
  const architecture = joined(known, 'architecture');
  const operatingSystem = joined(known, 'os');
  return tags.map((tag) => ({
    id: tag.id,
    name: tag.name,
    digest,
    size,
    architecture,
    operatingSystem,
    isImmutable: tag.immutable ?? false,
    createdAt: push_time,
    pushedAt: tag.push_time,
    pulledAt: tag.pull_time,
  }));
}
