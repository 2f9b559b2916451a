import {
  type ImageRegistry,
  MOST_ON_PAGE,
  type RegistryAccount,
} from '../../domains/images/imageRegistry.port.js';
import type { HarborConnection } from './connection.js';
import { projectPath, repositoryPath, tagPath } from './names.js';
import { artifactSchema, listOf, repositorySchema, tagsOf } from './objects.js';
import { missingOrForbidden } from './projects.js';
import { listQuery } from './query.js';

type Repositories = Pick<
  ImageRegistry,
  'listRepositories' | 'getRepository' | 'deleteRepository' | 'listTags' | 'getTag' | 'deleteTag'
>;

const repositoryList = listOf(repositorySchema);
const artifactList = listOf(artifactSchema);

const WITH_TAGS = { with_tag: 'true', with_immutable_status: 'true', with_accessory: 'false' };

const projectOf = (name: string): string => name.split('/')[0] ?? '';

export function repositories(connection: HarborConnection): Repositories {
  /** What is done in a project that may not be there. */
  const inside = async <T>(
    project: string,
    as: RegistryAccount,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await missingOrForbidden(connection, project, { as, signal }, error);
    }
  };
  return {
    listRepositories: async (as, project, query, signal) => {
      const search = listQuery(query, 'repository_id');
      const path = `${projectPath(project)}/repositories`;
      if (!search) return { items: [], total: 0 };
      const call = { path, query: search, as, signal };
      return inside(project, as, signal, () => connection.list(call, repositoryList));
    },
    getRepository: async (as, name, signal) => {
      const path = repositoryPath(name);
      return inside(projectOf(name), as, signal, () =>
        connection.get({ path, as, signal }, repositorySchema),
      );
    },
    deleteRepository: async (as, name, signal) =>
      connection.send({ method: 'DELETE', path: repositoryPath(name), as, signal }),

    listTags: async (as, name, from, signal) => {
      const path = `${repositoryPath(name)}/artifacts`;
      const q = `tags=*,id=[${from}~]`;
      const query = { ...WITH_TAGS, q, sort: 'id', page_size: String(MOST_ON_PAGE) };
      const found = await connection.get({ path, query, as, signal }, artifactList);
      const last = found.at(MOST_ON_PAGE - 1);
      return { tags: found.flatMap(tagsOf), next: last ? last.id + 1 : null };
    },
    getTag: async (as, name, tag, signal) => {
      const path = tagPath(name, tag);
      return inside(projectOf(name), as, signal, async () => {
        const artifact = await connection.get({ path, query: WITH_TAGS, as, signal }, artifactSchema);
        const found = tagsOf(artifact).find((each) => each.name === tag);
        if (!found) throw connection.unexpected(as, `does not tell the tag ${tag}`);
        return found;
      });
    },
    deleteTag: async (as, name, tag, signal) =>
      connection.send({ method: 'DELETE', path: `${tagPath(name, tag)}/tags/${tag}`, as, signal }),
  };
}
