import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { run } from '../graph.js';
import { graphOf, type Graph } from './graphModel.js';

/** The graph that this server has. */
export async function readGraph(): Promise<Graph> {
  const introspection = await run<IntrospectionQuery>(getIntrospectionQuery({ inputValueDeprecation: true }));
  return graphOf(buildClientSchema(introspection));
}
