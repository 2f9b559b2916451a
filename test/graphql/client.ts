import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type GraphQLAnswer, query } from '../support/server.js';

/** One typed operation over HTTP. */
export async function execute<R, V extends object>(
  url: string,
  document: TypedDocumentNode<R, V>,
  variables: V,
  token?: string,
): Promise<GraphQLAnswer<R>> {
  return query<R>(url, print(document), { variables, token });
}

/** Its data; throws when it failed. */
export async function dataOf<R, V extends object>(
  url: string,
  document: TypedDocumentNode<R, V>,
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

/** Why the caller of the one error is nobody. */
export const nobodyReasonOf = ({ errors }: GraphQLAnswer<unknown>): unknown =>
  errors.length === 1 && errors[0]?.extensions.code === 'UNAUTHENTICATED'
    ? errors[0].extensions['reason']
    : errors;

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
