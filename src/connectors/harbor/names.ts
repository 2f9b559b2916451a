import { DomainError } from '../../kernel/errors.js';

/** One part of a name as Harbor takes it; nothing else can name anything there, or lead elsewhere in a path. */
const PART = /^[a-z0-9][a-z0-9._-]*$/;
const TAG = /^\w[\w.-]*$/;

export function unknown(what: string, name: string): DomainError {
  return new DomainError('NOT_FOUND', `there is no ${what} ${JSON.stringify(name.slice(0, 80))}`);
}

export function projectPath(name: string): string {
  if (!PART.test(name)) throw unknown('project', name);
  return `/projects/${name}`;
}

/** The project, and the name below it. */
export function partsOf(name: string): [project: string, below: string] {
  const [project = '', ...parts] = name.split('/');
  const isName = parts.length > 0 && [project, ...parts].every((part) => PART.test(part));
  if (!isName) throw unknown('image', name);
  return [project, parts.join('/')];
}

/** Slashes below the project are encoded twice, since nginx decodes once: Harbor issues 12224, 18355, 21639. */
export function repositoryPath(name: string): string {
  const [project, below] = partsOf(name);
  return `/projects/${project}/repositories/${encodeURIComponent(encodeURIComponent(below))}`;
}

export function tagPath(name: string, tag: string): string {
  const repository = repositoryPath(name);
  if (!TAG.test(tag)) throw unknown('tag', tag);
  return `${repository}/artifacts/${tag}`;
}
