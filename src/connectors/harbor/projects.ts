import type { ImageRegistry, RegistryAccount } from '../../domains/images/imageRegistry.port.js';
import { DomainError } from '../../kernel/errors.js';
import { type HarborConnection, isCode } from './connection.js';
import { projectPath } from './names.js';
import { deletableSchema, listOf, permissionsSchema, projectSchema } from './objects.js';
import { listQuery } from './query.js';

type Projects = Pick<
  ImageRegistry,
  'listProjects' | 'getProject' | 'whyUndeletable' | 'permissionsIn' | 'createProject' | 'deleteProject'
>;

const projectList = listOf(projectSchema);

/** Harbor forbids what it does not have to all but administrators; whether it has a name it tells everybody. */
export async function missingOrForbidden(
  connection: HarborConnection,
  project: string,
  { as, signal }: { as: RegistryAccount; signal: AbortSignal },
  error: unknown,
): Promise<unknown> {
  if (!isCode(error, 'FORBIDDEN')) return error;
  const query = { project_name: project };
  const call = { method: 'HEAD', path: '/projects', query, as, signal } as const;
  try {
    await connection.send(call);
    return error;
  } catch (told) {
    return isCode(told, 'NOT_FOUND') ? told : error;
  }
}

export function projects(connection: HarborConnection): Projects {
  return {
    listProjects: async (as, query, signal) => {
      const search = listQuery(query, 'project_id');
      if (!search) return { items: [], total: 0 };
      const call = { path: '/projects', query: { ...search, with_detail: 'true' }, as, signal };
      return connection.list(call, projectList);
    },
    getProject: async (as, key, signal) => {
      const isByName = typeof key === 'string';
      const path = isByName ? projectPath(key) : `/projects/${key}`;
      try {
        return await connection.get({ path, isByName, as, signal }, projectSchema);
      } catch (error) {
        if (isByName) throw await missingOrForbidden(connection, key, { as, signal }, error);
        if (!isCode(error, 'FORBIDDEN')) throw error;
        throw new DomainError('NOT_FOUND', error.message, error.details, { cause: error });
      }
    },
    whyUndeletable: async (as, projectId, signal) => {
      const path = `/projects/${projectId}/_deletable`;
      const { deletable, message } = await connection.get(
        { path, isByName: false, as, signal },
        deletableSchema,
      );
      return deletable ? null : message;
    },
    permissionsIn: async (as, projectId, signal) => {
      const query = { scope: `/project/${projectId}`, relative: 'true' };
      const found = await connection.get(
        { path: '/users/current/permissions', query, as, signal },
        permissionsSchema,
      );
      return new Set(found.map(({ resource, action }) => `${resource}:${action}`));
    },
    createProject: (as, { name, isPublic }, signal) =>
      connection.send({
        method: 'POST',
        path: '/projects',
        body: { project_name: name, metadata: { public: String(isPublic) } },
        as,
        signal,
      }),
    deleteProject: (as, projectId, signal) =>
      connection.send({ method: 'DELETE', path: `/projects/${projectId}`, isByName: false, as, signal }),
  };
}
