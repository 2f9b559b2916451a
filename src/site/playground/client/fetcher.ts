import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { authorization, GRAPH_URL } from './graph.js';

// The socket opens with a first subscription and closes with the last, so each starts with the token of its moment.
const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${GRAPH_URL}`,
  connectionParams: authorization,
  retryAttempts: 0,
});

/** Headers typed into the editor win over the token box. */
function headersOf(request: RequestInit | undefined): Headers {
  const headers = new Headers(authorization());
  new Headers(request?.headers).forEach((value, name) => headers.set(name, value));
  return headers;
}

/** What the editor runs operations with. */
export const fetcher = createGraphiQLFetcher({
  url: GRAPH_URL,
  wsClient: socket,
  enableIncrementalDelivery: false,
  fetch: (input, request) => fetch(input, { ...request, headers: headersOf(request) }),
});
