import type { GraphQLSchema } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/settings.js';
import type { Principal } from '../kernel/context.js';
import { asDomainError } from '../kernel/errors.js';
import { spellError } from './errors.js';
import { INTROSPECTION_OFF } from './limits.js';
import { printGraph } from './schema.js';
import { SharedText } from './sharedText.js';
import type { TrustedDocuments } from './trustedDocuments.js';

export interface SchemaDocumentOptions {
  schema: GraphQLSchema;
  config: Pick<Config, 'GRAPHQL_INTROSPECTION'>;
  trusted: TrustedDocuments | undefined;
  identify: (request: IncomingMessage) => Promise<{ principal: Principal | null; rejected: boolean }>;
  requestIdOf: (response: ServerResponse) => string;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The graph in SDL, for who may ask for it by introspection. */
export function schemaDocument(options: SchemaDocumentOptions): Handler {
  const { schema, config, trusted, identify, requestIdOf } = options;
  // Written once, when somebody asks for it.
  let text: SharedText | undefined;

  const refusalOf = async (request: IncomingMessage, requestId: string) => {
    if (!config.GRAPHQL_INTROSPECTION) {
      return { message: INTROSPECTION_OFF, extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId } };
    }
    if (!trusted) return undefined;
    const { principal, rejected } = await identify(request);
    try {
      trusted.admit({ principal, tokenRejected: rejected });
      return undefined;
    } catch (error) {
      return spellError(asDomainError(error), { requestId, sentToken: rejected || principal !== null });
    }
  };

  return async (request, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    const refusal = await refusalOf(request, requestIdOf(response));
    if (refusal) {
      response.writeHead(400, { 'Content-Type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ errors: [refusal] }));
      return;
    }
    text ??= new SharedText(printGraph(schema));
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    await text.send(request, response);
  };
}
