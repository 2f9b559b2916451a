import { pageOf } from './lists.js';
import {
  type FakeProject,
  type FakeRepository,
  type FakeUser,
  HarborFailure,
  type HarborStore,
  badRequest,
  forbidden,
  notFound,
  precondition,
} from './store.js';

export interface ApiCall {
  method: string;
  /** Below /api/v2.0, decoded once, as nginx hands it on. */
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  isByName: boolean;
  /** Null for nobody, and for whoever sends wrong credentials. */
  caller: FakeUser | null;
}

export interface ApiAnswer {
  status?: number;
  body?: unknown;
  total?: number;
}

const unauthorized = () => new HarborFailure(401, 'UNAUTHORIZED', 'unauthorized');
const PASSWORD = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{8,128}$/;

/** Go leaves out what is zero. */
const withoutZeros = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== 0 && value !== ''));

/** Go writes null for an empty list. */
const listed = <T>(
  { items, total }: { items: T[]; total: number },
  show: (item: T) => object,
): ApiAnswer => ({
  body: items.length === 0 ? null : items.map(show),
  total,
});

/** The parts of Harbor's v2.0 API that the product uses. */
export class HarborApi {
  constructor(private readonly store: HarborStore) {}

  answer(call: ApiCall): ApiAnswer {
    const { method, path } = call;
    if (Number(call.query.get('page_size') ?? 10) > 100)
      throw new HarborFailure(
        422,
        'UNPROCESSABLE_ENTITY',
        'page_size in query should be less than or equal to 100',
      );
    const found = this.#routes.find(([route, pattern]) => route === method && pattern.test(path));
    if (!found) throw new HarborFailure(501, 'NOT_IMPLEMENTED', `${method} ${path}`);
    const [, pattern, handle] = found;
    return handle(call, ...(pattern.exec(path)?.slice(1) ?? []));
  }

  readonly #routes: [string, RegExp, (call: ApiCall, ...parts: string[]) => ApiAnswer][] = [
    ['GET', /^\/users\/current$/, (call) => ({ body: this.#shown(this.#caller(call)) })],
    ['GET', /^\/users\/current\/permissions$/, (call) => this.#permissions(call)],
    ['POST', /^\/users$/, (call) => this.#createUser(call)],
    ['PUT', /^\/users\/(\d+)\/password$/, (call, id = '') => this.#changePassword(call, Number(id))],
    ['GET', /^\/projects$/, (call) => this.#listProjects(call)],
    ['HEAD', /^\/projects$/, (call) => this.#headProject(call)],
    ['POST', /^\/projects$/, (call) => this.#createProject(call)],
    ['GET', /^\/projects\/([^/]+)$/, (call, key = '') => ({ body: this.#show(this.#project(call, key)) })],
    ['GET', /^\/projects\/([^/]+)\/_deletable$/, (call, key = '') => this.#deletable(call, key)],
    ['DELETE', /^\/projects\/([^/]+)$/, (call, key = '') => this.#deleteProject(call, key)],
    [
      'GET',
      /^\/projects\/([^/]+)\/repositories$/,
      (call, project = '') => this.#listRepositories(call, project),
    ],
    [
      'DELETE',
      /^\/projects\/([^/]+)\/repositories\/([^/]+)$/,
      (call, ...name) => this.#deleteRepository(call, name),
    ],
    [
      'GET',
      /^\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts$/,
      (call, ...name) => this.#artifacts(call, name),
    ],
    [
      'GET',
      /^\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts\/([^/]+)$/,
      (call, ...parts) => ({ body: this.#artifact(call, parts) }),
    ],
    [
      'DELETE',
      /^\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts\/([^/]+)\/tags\/([^/]+)$/,
      (call, ...parts) => this.#deleteTag(call, parts),
    ],
  ];

  #caller({ caller }: ApiCall): FakeUser {
    if (!caller) throw unauthorized();
    return caller;
  }

  #shown = ({ user_id, username, email }: FakeUser) => ({ user_id, username, email });

  #createUser(call: ApiCall): ApiAnswer {
    if (!this.#caller(call).isAdministrator) throw forbidden(call.caller?.username);
    const { username = '', password = '', email = '', realname = '' } = call.body as Record<string, string>;
    if (!PASSWORD.test(password)) throw badRequest('the password or secret must be 8-128 characters long');
    if (!/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(email)) throw badRequest('email with illegal format');
    if (username === '' || realname === '') throw badRequest('username with illegal length');
    if ([...this.store.users.values()].some((user) => user.email === email))
      throw badRequest('email is taken');
    this.store.addUser(username, password, { email });
    return { status: 201 };
  }

  #changePassword(call: ApiCall, id: number): ApiAnswer {
    const caller = this.#caller(call);
    const { old_password: before, new_password: next = '' } = call.body as Record<string, string>;
    if (caller.user_id !== id) throw forbidden(caller.username);
    if (before !== caller.password) throw forbidden('Current password is incorrect');
    if (!PASSWORD.test(next)) throw badRequest('the password or secret must be 8-128 characters long');
    if (next === caller.password) throw badRequest('New password is identical to old password');
    caller.password = next;
    return {};
  }

  #permissions(call: ApiCall): ApiAnswer {
    const caller = this.#caller(call);
    const id = Number(/^\/project\/(\d+)$/.exec(call.query.get('scope') ?? '')?.[1]);
    const project = this.store.projects.find((each) => each.project_id === id);
    const mayWrite = project !== undefined && this.#owns(caller, project);
    const body = mayWrite
      ? ['repository', 'tag', 'artifact'].map((resource) => ({ resource, action: 'delete' }))
      : [{ resource: 'repository', action: 'list' }];
    return { body };
  }

  #owns = (caller: FakeUser | null, { owner_id }: FakeProject): boolean =>
    caller !== null && (caller.isAdministrator || caller.user_id === owner_id);

  #project({ caller, isByName }: ApiCall, key: string, isToChange = false): FakeProject {
    const isId = /^\d+$/.test(key) && !isByName;
    const project = this.store.projects.find((each) =>
      isId ? each.project_id === Number(key) : each.name === key,
    );
    if (project && (this.#owns(caller, project) || (project.isPublic && !isToChange))) return project;
    if (!caller) throw unauthorized();
    if (!project && caller.isAdministrator) throw notFound(`project ${key} not found`);
    throw forbidden();
  }

  #listProjects({ query, caller }: ApiCall): ApiAnswer {
    const isPublic = query.get('public');
    const visible = this.store.projects.filter(
      (project) =>
        (this.#owns(caller, project) || (project.isPublic && isPublic !== 'false')) &&
        (isPublic === null || String(project.isPublic) === isPublic),
    );
    const columns = {
      project_id: (row: FakeProject) => row.project_id,
      name: (row: FakeProject) => row.name,
    };
    const page = pageOf(visible, query, columns);
    // The one list that is never null.
    return { body: page.items.map((project) => this.#show(project)), total: page.total };
  }

  #show(project: FakeProject) {
    const { project_id, name, owner_id, isPublic, creation_time } = project;
    const repo_count = this.store.repositories.filter((each) => each.project_id === project_id).length;
    const metadata = { public: String(isPublic) };
    return { project_id, name, owner_id, repo_count, metadata, creation_time, update_time: creation_time };
  }

  #headProject(call: ApiCall): ApiAnswer {
    this.#caller(call);
    const name = call.query.get('project_name');
    if (!this.store.projects.some((project) => project.name === name))
      throw notFound(`project ${name} not found`);
    return {};
  }

  #createProject(call: ApiCall): ApiAnswer {
    const { username } = this.#caller(call);
    const { project_name: name, metadata } = call.body as {
      project_name: string;
      metadata?: { public?: unknown };
    };
    const isPublic = metadata?.public ?? 'false';
    if (isPublic !== 'true' && isPublic !== 'false') throw badRequest('metadata.public should be a text');
    if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name)) throw badRequest('invalid name of a project');
    this.store.addProject(name, username, isPublic === 'true');
    return { status: 201 };
  }

  #repositoriesOf({ project_id }: FakeProject): FakeRepository[] {
    return this.store.repositories.filter((each) => each.project_id === project_id);
  }

  #deletable(call: ApiCall, key: string): ApiAnswer {
    const count = this.#repositoriesOf(this.#project(call, key, true)).length;
    const message = 'the project contains repositories, can not be deleted';
    return { body: count > 0 ? { message } : { deletable: true } };
  }

  #deleteProject(call: ApiCall, key: string): ApiAnswer {
    const project = this.#project(call, key, true);
    if (this.#repositoriesOf(project).length > 0) throw precondition('the project contains repositories');
    this.store.projects = this.store.projects.filter((each) => each !== project);
    return {};
  }

  #listRepositories(call: ApiCall, name: string): ApiAnswer {
    const project = this.#project({ ...call, isByName: true }, name);
    const columns = {
      repository_id: (row: FakeRepository) => row.id,
      name: (row: FakeRepository) => row.name,
    };
    const page = pageOf(this.#repositoriesOf(project), call.query, columns);
    return listed(page, (repository) => this.#showRepository(repository));
  }

  #showRepository({ artifacts, ...repository }: FakeRepository) {
    const { creation_time } = repository;
    return {
      ...withoutZeros({ ...repository, update_time: artifacts.at(-1)?.push_time ?? creation_time }),
      artifact_count: artifacts.length,
      pull_count: repository.pull_count,
    };
  }

  /** Who may see the project; what is named by parts of the path, of which the second is decoded once more. */
  #nameOf(call: ApiCall, [project = '', encoded = '']: string[], isToChange = false): string {
    this.#project({ ...call, isByName: true }, project, isToChange);
    return `${project}/${decodeURIComponent(encoded)}`;
  }

  #repository(call: ApiCall, name: string[], isToChange = false): FakeRepository {
    return this.store.repository(this.#nameOf(call, name, isToChange));
  }

  #deleteRepository(call: ApiCall, name: string[]): ApiAnswer {
    const repository = this.#repository(call, name, true);
    this.store.repositories = this.store.repositories.filter((each) => each !== repository);
    return {};
  }

  #artifacts(call: ApiCall, parts: string[]): ApiAnswer {
    const name = this.#nameOf(call, parts);
    const repository = this.store.repositories.find((each) => each.name === name);
    const wanted = call.query.get('q')?.includes('tags=*') === true;
    const found = (repository?.artifacts ?? []).filter(({ tags }) => !wanted || tags.length > 0);
    const page = pageOf(found, call.query, { id: (row) => row.id });
    return listed(page, (artifact) => this.#showArtifact(artifact));
  }

  #showArtifact({ tags, references = [], ...artifact }: FakeRepository['artifacts'][number]) {
    return {
      ...artifact,
      references: references.length === 0 ? null : references,
      tags: tags.length === 0 ? null : tags,
      labels: null,
    };
  }

  #artifact(call: ApiCall, [project = '', name = '', reference = '']: string[]) {
    const { artifacts } = this.#repository(call, [project, name]);
    const found = artifacts.find(
      ({ tags, digest }) => digest === reference || tags.some((tag) => tag.name === reference),
    );
    if (!found) throw notFound(`artifact ${project}/${name}:${reference} not found`);
    return this.#showArtifact(found);
  }

  #deleteTag(call: ApiCall, [project = '', name = '', reference = '', tag = '']: string[]): ApiAnswer {
    const { artifacts } = this.#repository(call, [project, name], true);
    const artifact = artifacts.find(({ tags }) => tags.some((each) => each.name === reference));
    const found = artifact?.tags.find((each) => each.name === tag);
    if (!artifact || !found) throw notFound(`tag ${tag} not found`);
    if (found.immutable) throw precondition(`the tag ${tag} is configured as immutable`);
    artifact.tags = artifact.tags.filter((each) => each !== found);
    return {};
  }
}
