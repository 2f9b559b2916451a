import { createHash } from 'node:crypto';

/** Go's zero time, which stands for never. */
const NEVER = '0001-01-01T00:00:00.000Z';

export interface FakeUser {
  user_id: number;
  username: string;
  email: string;
  password: string;
  isAdministrator: boolean;
}

export interface FakeTag {
  id: number;
  name: string;
  push_time: string;
  pull_time: string;
  immutable: boolean;
}

export interface FakeArtifact {
  id: number;
  digest: string;
  size: number;
  push_time: string;
  extra_attrs?: { architecture: string; os: string };
  references?: { platform: { architecture: string; os: string } }[];
  tags: FakeTag[];
}

export interface FakeRepository {
  id: number;
  /** With that of the project. */
  name: string;
  project_id: number;
  pull_count: number;
  creation_time: string;
  artifacts: FakeArtifact[];
}

export interface FakeProject {
  project_id: number;
  name: string;
  owner_id: number;
  isPublic: boolean;
  creation_time: string;
}

/** A failure in Harbor's words. */
export class HarborFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const conflict = (message: string) => new HarborFailure(409, 'CONFLICT', message);
export const notFound = (message: string) => new HarborFailure(404, 'NOT_FOUND', message);
export const badRequest = (message: string) => new HarborFailure(400, 'BAD_REQUEST', message);
export const forbidden = (message = 'forbidden') => new HarborFailure(403, 'FORBIDDEN', message);
export const precondition = (message: string) => new HarborFailure(412, 'PRECONDITION', message);

/** What a fake Harbor holds. */
export class HarborStore {
  readonly users = new Map<string, FakeUser>();
  projects: FakeProject[] = [];
  repositories: FakeRepository[] = [];
  #nextId = 1;
  /** Seconds that have passed here. */
  #clock = 0;

  constructor(administrator: { user: string; password: string }) {
    this.addUser(administrator.user, administrator.password, { isAdministrator: true });
    this.addProject('library', administrator.user, true);
  }

  /** What there is besides users is gone. */
  clear(): void {
    this.projects = this.projects.filter(({ name }) => name === 'library');
    this.repositories = [];
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #now(): string {
    this.#clock += 1;
    return new Date(Date.UTC(2026, 0, 1) + this.#clock * 1000).toISOString();
  }

  addUser(
    username: string,
    password: string,
    { isAdministrator = false, email = `${username}@example.org` } = {},
  ): FakeUser {
    if (this.users.has(username)) throw conflict(`user ${username} or email ${email} already exists`);
    const user = { user_id: this.#id(), username, email, password, isAdministrator };
    this.users.set(username, user);
    return user;
  }

  addProject(name: string, owner: string, isPublic = false): FakeProject {
    if (this.projects.some((project) => project.name === name))
      throw conflict(`project ${name} already exists`);
    const owner_id = this.users.get(owner)?.user_id ?? 0;
    const project = { project_id: this.#id(), name, owner_id, isPublic, creation_time: this.#now() };
    this.projects.push(project);
    return project;
  }

  /** Pushes an image under tags, which are moved where they are; several architectures make an index. */
  push(
    name: string,
    tags: string[],
    { text = tags.join(), architectures = ['amd64'], immutable = false } = {},
  ) {
    const project = this.projects.find((each) => each.name === name.split('/')[0]);
    if (!project) throw notFound(`project of ${name} not found`);
    const push_time = this.#now();
    let repository = this.repositories.find((each) => each.name === name);
    if (!repository) {
      const { project_id } = project;
      repository = {
        id: this.#id(),
        name,
        project_id,
        pull_count: 0,
        creation_time: push_time,
        artifacts: [],
      };
      this.repositories.push(repository);
    }
    for (const artifact of repository.artifacts)
      artifact.tags = artifact.tags.filter((tag) => !tags.includes(tag.name));
    const [architecture = 'amd64', ...others] = architectures;
    const platforms = architectures.map((each) => ({ platform: { architecture: each, os: 'linux' } }));
    repository.artifacts.push({
      id: this.#id(),
      digest: `sha256:${createHash('sha256').update(`${name} ${text}`).digest('hex')}`,
      size: 1000 + text.length,
      push_time,
      ...(others.length > 0 ? { references: platforms } : { extra_attrs: { architecture, os: 'linux' } }),
      tags: tags.map((tag) => ({ id: this.#id(), name: tag, push_time, pull_time: NEVER, immutable })),
    });
    return repository;
  }

  repository(name: string): FakeRepository {
    const found = this.repositories.find((each) => each.name === name);
    if (!found) throw notFound(`repository ${name} not found`);
    return found;
  }
}
