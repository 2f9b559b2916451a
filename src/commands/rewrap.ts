import { readInstallation } from '../database/installation.js';
import { countByKey, refuseMissingKeys, rewrap } from '../database/sealed.js';
import { SEALED } from '../modules.js';
import type { Run } from './command.js';
import { withDatabase } from './withDatabase.js';

/** Ends a change of the key: what an earlier one holds is sealed with the current one. */
export const run: Run = async (config, loggers, print) =>
  withDatabase(config, loggers, async ({ database, secrets }) => {
    await readInstallation(database, secrets);
    await refuseMissingKeys(database, secrets, SEALED);
    const changed = await rewrap(database, secrets, SEALED);
    const counts = await countByKey(database, SEALED);
    const [current] = secrets.keyIds;
    const left = [...counts].reduce((sum, [id, count]) => (id === current ? sum : sum + count), 0);
    print(
      `${changed} secrets were sealed anew under SECRET_KEY, which now holds ${counts.get(current) ?? 0}.`,
    );
    print(
      left === 0
        ? 'No secret is left under an earlier key: SECRET_KEYS_PREVIOUS can be emptied.'
        : `${left} secrets are still under an earlier key, which a replica without this SECRET_KEY wrote meanwhile: run it again.`,
    );
    return left === 0 ? 0 : 1;
  });
