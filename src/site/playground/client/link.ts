import { isExactNumber, readExactly } from './exactJson.js';

/** An operation as it is handed on: never with headers, whose values are its owner's. */
export interface Operation {
  query: string;
  /** JSON as it was typed. */
  variables?: string;
}

export type Linked = Operation | { example: string };

/** Of fields whose value is nobody else's. */
const SECRET = /password|pwd|secret|token|key$|kubeconfig|credential/i;

export const isSecretName = (name: string): boolean => SECRET.test(name);

/** The variables without what is secret; without all of them when they are not JSON, so that nobody can tell. */
export function withoutSecrets(variables: string): string {
  const isEmptied = (value: unknown): boolean =>
    typeof value === 'string' || (typeof value === 'object' && !isExactNumber(value));
  try {
    const empty = (name: string, value: unknown): unknown =>
      isSecretName(name) && isEmptied(value) ? '' : value;
    return JSON.stringify(readExactly(variables), empty, 2);
  } catch {
    return '';
  }
}

/** A link's fragment, which a browser keeps to itself: the Playground opens it, and runs nothing by itself. */
export function fragmentOf(linked: Linked): string {
  const { variables, ...rest } = 'example' in linked ? { ...linked, variables: undefined } : linked;
  const shown = variables === undefined ? '' : withoutSecrets(variables);
  return `#${new URLSearchParams({ ...rest, ...(shown === '' ? {} : { variables: shown }) }).toString()}`;
}

/** What the fragment of the page's address asks for, if anything. */
export function linkedBy(fragment: string): Linked | undefined {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const example = fields.get('example');
  if (example !== null) return { example };
  const query = fields.get('query');
  return query === null ? undefined : { query, variables: fields.get('variables') ?? '' };
}
