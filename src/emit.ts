import { VERSION } from './config/version.js';
import { createGraph } from './graph.js';
import { printGraph } from './graphql/schema.js';
import { openapi } from './rest/kit/openapi.js';
import type { Database } from './database/database.js';
import type { Services } from './services.js';
import { restSystems } from './surfaces.js';

/** The files of schema/ by their names. They follow from the code alone: no service is called to describe it. */
export async function emitSchemas(): Promise<Record<string, string>> {
  const undescribed = {} as Services & Database;
  const schema = await createGraph(undescribed, undescribed);
  const emitted: Record<string, string> = { 'schema.graphql': printGraph(schema) };
  for (const [name, system] of Object.entries(restSystems(undescribed, { SIGN_AUTO_APPROVE: false }))) {
    emitted[`openapi/${name}.json`] = `${JSON.stringify(openapi(system, VERSION), null, 2)}\n`;
  }
  return emitted;
}
