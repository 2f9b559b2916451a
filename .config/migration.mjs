// Prints what the tables lack that the entities describe: the statements for a new file in src/database/migrations.
import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { schemaUpdate } from './schemaUpdate.ts';

const { embeddedPool } = await import('../dist/database/embedded.js');
const { EmbeddedThread } = await import('../dist/database/embeddedThread.js');
const { optionsOn } = await import('../dist/database/options.js');
const { ENTITIES } = await import('../dist/modules.js');

const thread = await EmbeddedThread.open();
const orm = await MikroORM.init(optionsOn(embeddedPool(thread), ENTITIES));
await orm.migrator.up();
const statements = await schemaUpdate(orm);
process.stdout.write(`${statements.join('\n') || 'nothing is missing'}\n`);
await orm.close();
await thread.close();
