import type { SortDirection } from '../../kernel/pages.js';

/** A user of the registry, and how it proves to be that. */
export interface RegistryAccount {
  user: string;
  password: string;
}

export interface ProjectState {
  id: number;
  name: string;
  isPublic: boolean;
  /** Repositories that it has. */
  imageCount: number;
  /** Null, as all times here, when the registry tells none. */
  createdAt: Date | null;
  updatedAt: Date | null;
}

export interface RepositoryState {
  id: number;
  projectId: number;
  /** With that of its project: `team/app`. */
  name: string;
  description: string;
  artifactCount: number;
  pullCount: number;
  createdAt: Date | null;
  updatedAt: Date | null;
}

export interface TagState {
  id: number;
  name: string;
  digest: string;
  /** Bytes. */
  size: number;
  /** Of an index all, comma-separated; empty when unknown. */
  architecture: string;
  operatingSystem: string;
  isImmutable: boolean;
  /** When what it names came into the registry. */
  createdAt: Date | null;
  /** When it was last given. */
  pushedAt: Date | null;
  pulledAt: Date | null;
}

/** One of the registry's own numbered pages, and how many items there are on all of them. */
export interface Listed<T> {
  items: T[];
  total: number;
}

/** Which rows, in which order, and which page of them. */
export interface RegistryQuery {
  by: 'id' | 'name';
  direction: SortDirection;
  /** Only rows from this key on, in the direction; itself too. */
  from?: number | string | undefined;
  /** Part of the name, whatever the case; of a repository with that of its project. Not heeded with a name in `from`. */
  nameContains?: string | undefined;
  isPublic?: boolean | undefined;
  /** From 1. */
  page: number;
  /** At most MOST_ON_PAGE. */
  pageSize: number;
}

/** More on one page is refused by Harbor since 2.1. */
export const MOST_ON_PAGE = 100;

/**
 * An image registry with projects. Everything is done as the account that is given. Failures are DomainErrors:
 * ACCOUNT_REQUIRED when the registry refuses the account, FORBIDDEN, NOT_FOUND, CONFLICT, BAD_INPUT as it says, and
 * UPSTREAM_* else. What writes is never tried again.
 */
export interface ImageRegistry {
  /** Null when it refuses the account. Reads as nobody would else answer what is public. */
  identify: (account: RegistryAccount, signal: AbortSignal) => Promise<{ userId: number } | null>;
  /** As an administrator. CONFLICT for a name that is taken. */
  createUser: (as: RegistryAccount, made: RegistryAccount, signal: AbortSignal) => Promise<void>;
  /** BAD_INPUT for the same password as before. */
  changePassword: (as: RegistryAccount, userId: number, next: string, signal: AbortSignal) => Promise<void>;

  listProjects: (
    as: RegistryAccount,
    query: RegistryQuery,
    signal: AbortSignal,
  ) => Promise<Listed<ProjectState>>;
  /** NOT_FOUND also for one that is not the account's to see, when it is asked for by id. */
  getProject: (as: RegistryAccount, key: number | string, signal: AbortSignal) => Promise<ProjectState>;
  /** Why it cannot be deleted; null when it can. FORBIDDEN when the account may not. */
  whyUndeletable: (as: RegistryAccount, projectId: number, signal: AbortSignal) => Promise<string | null>;
  /** What the account may do in a project: `repository:delete`. */
  permissionsIn: (
    as: RegistryAccount,
    projectId: number,
    signal: AbortSignal,
  ) => Promise<ReadonlySet<string>>;
  createProject: (
    as: RegistryAccount,
    draft: { name: string; isPublic: boolean },
    signal: AbortSignal,
  ) => Promise<void>;
  deleteProject: (as: RegistryAccount, projectId: number, signal: AbortSignal) => Promise<void>;

  listRepositories: (
    as: RegistryAccount,
    project: string,
    query: RegistryQuery,
    signal: AbortSignal,
  ) => Promise<Listed<RepositoryState>>;
  /** Names are whole: `team/app`. */
  getRepository: (as: RegistryAccount, name: string, signal: AbortSignal) => Promise<RepositoryState>;
  deleteRepository: (as: RegistryAccount, name: string, signal: AbortSignal) => Promise<void>;

  /** The tags of a page of artifacts from that id on, and where the next one begins; empty for an unknown repository. */
  listTags: (
    as: RegistryAccount,
    name: string,
    from: number,
    signal: AbortSignal,
  ) => Promise<{ tags: TagState[]; next: number | null }>;
  getTag: (as: RegistryAccount, name: string, tag: string, signal: AbortSignal) => Promise<TagState>;
  /** Takes the tag alone away; what it named stays. */
  deleteTag: (as: RegistryAccount, name: string, tag: string, signal: AbortSignal) => Promise<void>;
}
