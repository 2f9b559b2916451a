import { DomainError } from '../kernel/errors.js';
import type { SecretBox } from '../kernel/secrets.js';
import type { Database } from './database.js';

const wrongKey = ({ name }: SecretBox): DomainError =>
  new DomainError(
    'CONFLICT',
    `${name} is not the key under which this database was set up; restore it from a backup, give every replica the same one, and after a change the earlier one in SECRET_KEYS_PREVIOUS`,
  );

/** As `readInstallation` refuses it, without changing anything; also of a database that an earlier release set up, or nobody yet. */
export async function checkInstallation(query: Database['query'], secrets: SecretBox): Promise<void> {
  const { rows: tables } = await query(`select to_regclass('installation') is not null as "exists"`);
  if (tables[0]?.['exists'] !== true) return;
  const { rows } = await query('select "secret_key_id" as "id" from "installation"');
  const id = rows[0]?.['id'];
  if (typeof id === 'string' && !secrets.keyIds.includes(id)) throw wrongKey(secrets);
}

/**
 * What all replicas on one database share: the deployment's id. Refuses to go on with a SECRET_KEY that is not the
 * one under which the database's secrets were written, or a later one that names it in SECRET_KEYS_PREVIOUS.
 */
export async function readInstallation(database: Database, secrets: SecretBox): Promise<{ id: string }> {
  const [current, ...previous] = secrets.keyIds;
  const { rows } = await database.query(
    `update "installation" set "secret_key_id" = $1
      where "secret_key_id" is null or "secret_key_id" = any(string_to_array($2, ',')) returning "id"`,
    [current, [current, ...previous].join()],
  );
  const [row] = rows;
  if (row) return { id: String(row['id']) };
  throw wrongKey(secrets);
}
