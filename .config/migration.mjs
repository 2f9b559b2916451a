// Prints what the tables lack that the entities describe: the statements for a new file in src/database/migrations.
import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { schemaUpdate } from './schemaUpdate.ts';

const { embeddedOptions, openPglite } = await import('../dist/database/embedded.js');
const { ENTITIES } = await import('../dist/modules.js');

const pglite = await openPglite();
const orm = await MikroORM.init(embeddedOptions(pglite, ENTITIES));
await orm.migrator.up();
const statements = await schemaUpdate(orm);
process.stdout.write(`${statements.join('\n') || 'nothing is missing'}\n`);
await orm.close();
await pglite.close();
