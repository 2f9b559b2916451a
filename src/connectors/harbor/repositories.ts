import type { ImageRegistry, RegistryAccount } from '../../domains/images/imageRegistry.port.js';
import type { HarborConnection } from './connection.js';
import { partsOf, projectPath, repositoryPath, tagPath, unknown } from './names.js';
import { artifactSchema, listOf, repositorySchema, tagsOf } from './objects.js';
import { missingOrForbidden } from './projects.js';
import { listQuery } from './query.js';

type Repositories = Pick<
  ImageRegistry,
  'listRepositories' | 'getRepository' | 'deleteRepository' | 'listTags' | 'getTag' | 'deleteTag'
>;

/** The most that Harbor gives. */
const ARTIFACTS_ON_PAGE = 100;

const repositoryList = listOf(repositorySchema);
const artifactList = listOf(artifactSchema);

const WITH_TAGS = { with_tag: 'true', with_immutable_status: 'true', with_accessory: 'false' };

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
    // By the list: of a public project all may read it, but one repository its members alone.
    getRepository: async (as, name, signal) => {
      const [project] = partsOf(name);
      const call = { path: `${projectPath(project)}/repositories`, query: { q: `name=${name}` }, as, signal };
      const found = await inside(project, as, signal, () => connection.get(call, repositoryList));
      const repository = found.find((each) => each.name === name);
      if (!repository) throw unknown('image', name);
      return repository;
    },
    deleteRepository: async (as, name, signal) =>
      connection.send({ method: 'DELETE', path: repositoryPath(name), as, signal }),

    listTags: async (as, name, from, signal) => {
      const path = `${repositoryPath(name)}/artifacts`;
      const q = `tags=*,id=[${from}~]`;
      const query = { ...WITH_TAGS, q, sort: 'id', page_size: String(ARTIFACTS_ON_PAGE) };
      const found = await connection.get({ path, query, as, signal }, artifactList);
      const last = found.at(ARTIFACTS_ON_PAGE - 1);
      return { tags: found.flatMap(tagsOf), next: last ? last.id + 1 : null };
    },
    getTag: async (as, name, tag, signal) => {
      const path = tagPath(name, tag);
      return inside(partsOf(name)[0], as, signal, async () => {
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
