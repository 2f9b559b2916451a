import { readToken } from './session.js';

export const GRAPH_URL = '/graphql';

export function authorization(): Record<string, string> {
  const token = readToken();
  return token === '' ? {} : { Authorization: `Bearer ${token}` };
}

interface Answer<T> {
  data?: T | null;
  errors?: { message: string }[];
}

/** What `data` holds is the operation's to say. */
function isAnswer<T>(value: unknown): value is Answer<T> {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

/** Runs one operation of the page's own; throws the first error's message. */
export async function run<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(GRAPH_URL, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json',
      ...authorization(),
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer: unknown = await response.json();
  if (!isAnswer<T>(answer)) throw new Error(`the server answered ${response.status} and no GraphQL`);
  if (answer.errors?.[0]) throw new Error(answer.errors[0].message);
  if (!answer.data) throw new Error(`the server answered ${response.status} without data`);
  return answer.data;
}
