import Negotiator from 'negotiator';
import type { IncomingMessage, ServerResponse } from 'node:http';

const PAGE = 'text/html';
const ANSWERS = ['application/json', 'application/graphql-response+json', 'text/event-stream'];

/** Whether a browser opened the endpoint as a page; programs take JSON as well. */
export function isBrowserVisit({ method, headers: { accept } }: IncomingMessage): boolean {
  if (method !== 'GET' || !accept?.toLowerCase().includes(PAGE)) return false;
  return new Negotiator({ headers: { accept } }).mediaType([...ANSWERS, PAGE]) === PAGE;
}

/** Leads the browser to the Playground, wherever a proxy has put both. */
export function leadToPlayground({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const isFolder = url.split('?')[0]?.endsWith('/');
  response.writeHead(303, { Location: isFolder ? '../playground' : 'playground', Vary: 'Accept' }).end();
}
