import { type GraphQLAnswer, query } from '../support/server.js';
import type { TypedDocumentString } from './generated/graphql.js';

/** One typed operation over HTTP. */
export async function execute<R, V extends object>(
  url: string,
  document: TypedDocumentString<R, V>,
  variables: V,
  token?: string,
): Promise<GraphQLAnswer<R>> {
  return query<R>(url, document.toString(), { variables, token });
}

/** Its data; throws when it failed. */
export async function dataOf<R, V extends object>(
  url: string,
  document: TypedDocumentString<R, V>,
  variables: V,
  token?: string,
): Promise<R> {
  const { data, errors } = await execute(url, document, variables, token);
  if (!data || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data;
}

/** The code of the one error, or the data when there is none. */
export function codeOf({ data, errors }: GraphQLAnswer<unknown>): unknown {
  return errors.length === 1 ? errors[0]?.extensions.code : { data, errors };
}

/** The answer to a request as it is on the wire. */
export interface Reply {
  status: number;
  body: { errors: GraphQLAnswer<unknown>['errors'] };
  requestId: string | null;
}

export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body,
  });
  return {
    status: response.status,
    body: (await response.json()) as Reply['body'],
    requestId: response.headers.get('x-request-id'),
  };
}
