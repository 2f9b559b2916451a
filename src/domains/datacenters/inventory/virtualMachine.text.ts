import { sql } from 'kysely';
import { type Own, concatenated, textOfAll } from '../../../database/objectText.js';
import type { ObjectText, OwnText } from '../../../kernel/answerText.js';
import { Tenant } from './tenant.entity.js';
import type { VirtualMachine, VirtualMachineAddress } from './virtualMachine.entity.js';
import { Volume } from './volume.entity.js';

/** A field that documents have of a virtual machine, for the statement that writes a list of them. */
const own = (key: string, write: Own): OwnText => ({ key, own: write });

/** Under names of the document's, texts of each address; empty where it has none. */
export const addressesText = (
  key: string,
  names: Readonly<Record<string, 'ip' | 'networkId' | 'networkName'>>,
): OwnText =>
  own(key, ({ column }) => {
    const fields = Object.entries(names satisfies Record<string, keyof VirtualMachineAddress>);
    const parts = fields.flatMap(([name, property], index) => [
      `${index === 0 ? '' : ','}"${name}":`,
      sql`to_json(coalesce("a" ->> ${sql.lit(property)}, ''))::text`,
    ]);
    const text = concatenated(['{', ...parts, '}']);
    // SQL, since these are parts of the statement that reads a page.
    const rows = sql`select ${text} as "text" from jsonb_array_elements(${column('addresses')}) as "a"`;
    return sql`'[' || ${textOfAll(rows)} || ']'`;
  });

/** The volumes that are attached to it; of one that is not known its id alone, which is the first field. */
export const volumesText = (key: string, fields: ObjectText): OwnText =>
  own(key, ({ column }, deeper) => {
    const source = deeper.source(Volume);
    const [id, ...others] = fields;
    const condition = sql`${sql.raw(source.column('id').sql)} = ${column('dataCenterId')} || ':' || "a"`;
    const known = deeper.rows(source, fields, { condition });
    const unknown = concatenated([
      `{"${id?.key}":`,
      sql`to_json("a")::text`,
      ...others.map((field) => `,"${field.key}":null`),
      '}',
    ]);
    // SQL, since these are parts of the statement that reads a page.
    const rows = sql`select coalesce((${known}), ${unknown}) as "text" from jsonb_array_elements_text(${column('volumeIds')}) as "a"`;
    return sql`'[' || ${textOfAll(rows)} || ']'`;
  });

/** Name of its tenant; what the cloud knows that by where it is gone. */
export const tenantText = (key: string): OwnText =>
  own(key, ({ column, joined }) => {
    const tenant = column('tenantId');
    const name = joined(Tenant, 'tenantId')('name');
    return sql`to_json(coalesce(${name}, substr(${tenant}, strpos(${tenant}, ':') + 1)))::text`;
  });

/** Its status in the words of the cloud: `Verify_resize`. */
export const statusText = (key: string): OwnText =>
  own(
    key,
    ({ column }) =>
      sql`to_json(upper(left(${column('cloudStatus')}, 1) collate "C") || substr(${column('statusKey')}, 2))::text`,
  );

/** The word for its power state; what a newer replica has stored is unknown. */
export const powerStateText = (
  key: string,
  words: Readonly<Record<VirtualMachine['powerState'], string>>,
): OwnText =>
  own(key, ({ column }) => {
    const cases = Object.entries(words).map(
      ([state, word]) => sql`when ${sql.lit(state)} then ${sql.lit(JSON.stringify(word))}`,
    );
    return sql`case ${column('powerState')} ${sql.join(cases, sql` `)} else ${sql.lit(JSON.stringify(words.UNKNOWN))} end`;
  });
