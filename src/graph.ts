import type { GraphQLSchema } from 'graphql';
import { type SchemaParts, buildGraph } from './graphql/schema.js';
import { type Faces, gather } from './modules.js';

/** The graph over all services. */
export async function createGraph(faces: Faces, subscribe: SchemaParts['subscribe']): Promise<GraphQLSchema> {
  const references = gather(faces, (module, face) => Object.entries(module.references?.(face) ?? {}));
  const streams = gather(faces, (module, face) => Object.entries(module.streams?.(face) ?? {}));
  const parts = gather(faces, (module, face) => (module.graph ? [module.graph(face)] : []));
  return buildGraph({
    resolvers: gather(faces, (module, face) => module.resolvers(face)),
    references: Object.fromEntries(references),
    streams: Object.fromEntries(streams),
    parts,
    subscribe,
  });
}
