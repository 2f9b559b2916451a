import { BASE } from './base.js';

export const GRAPH_URL = `${BASE}/graphql`;

/** The headers by which a request bears a token; '' is none. */
export const bearer = (token: string): Record<string, string> =>
  token === '' ? {} : { Authorization: `Bearer ${token}` };

interface Failure {
  message: string;
  extensions?: { code?: string; reason?: string };
}

interface Answer<T> {
  data?: T | null;
  errors?: Failure[];
}

export const UNREACHABLE = 'UNREACHABLE';

/** What the graph refused, or, as UNREACHABLE, why it could not be asked. */
export class RequestFailure extends Error {
  constructor(
    message: string,
    /** Why it takes the caller for nobody, if it does. */
    readonly reason?: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

/** `fetch` that says in words where there is no answer at all. */
export const reach: typeof fetch = (input, init) =>
  fetch(input, init).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    throw new RequestFailure('the server cannot be reached', undefined, UNREACHABLE);
  });

/** What `data` holds is the operation's to say. */
function isAnswer<T>(value: unknown): value is Answer<T> {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

/** Why the answer of the graph says that it takes the caller for nobody, if it does. */
export function reasonOf(answer: unknown): string | undefined {
  if (!isAnswer(answer) || !Array.isArray(answer.errors)) return undefined;
  return answer.errors.map(({ extensions }) => extensions?.reason).find((reason) => reason !== undefined);
}

/** What a response says, which can still be read after it; null for what is no JSON. */
export const jsonOf = (response: Response): Promise<unknown> =>
  response
    .clone()
    .json()
    .catch(() => null);

/** Runs one operation of a page's own; throws the first error. */
export async function request<T>(
  query: string,
  variables: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<T> {
  const response = await reach(GRAPH_URL, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json',
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await jsonOf(response);
  if (!isAnswer<T>(answer)) {
    const message = `the server answered ${response.status} and no GraphQL`;
    throw new RequestFailure(message, undefined, UNREACHABLE);
  }
  if (answer.errors?.[0]) {
    const [{ message, extensions }] = answer.errors;
    throw new RequestFailure(message, reasonOf(answer), extensions?.code);
  }
  if (!answer.data) throw new RequestFailure(`the server answered ${response.status} without data`);
  return answer.data;
}
