import { VERSION } from './config/version.js';
import { createGraph } from './graph.js';
import { printGraph } from './graphql/schema.js';
import { UNBUILT } from './modules.js';
import { openapi } from './rest/kit/openapi.js';
import { restSystems } from './surfaces.js';

/** The files of schema/ by their names. They follow from the code alone: no service is called to describe it. */
export async function emitSchemas(): Promise<Record<string, string>> {
  const schema = await createGraph(UNBUILT, async function* () {});
  const emitted: Record<string, string> = { 'schema.graphql': printGraph(schema) };
  for (const [name, system] of Object.entries(
    restSystems(UNBUILT, { ADMIN_AUTO_DEPLOY: false, SIGN_AUTO_APPROVE: false }),
  )) {
    emitted[`openapi/${name}.json`] = `${JSON.stringify(openapi(system, VERSION), null, 2)}\n`;
  }
  return emitted;
}
