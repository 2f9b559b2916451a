import pg from 'pg';
import { openWire, Wire } from './wire.mjs';
const worker = await openWire(undefined);
const w = new Wire(worker);
worker.on('message', (b) => console.log('<', Buffer.from(b.buffer).toString('latin1').slice(0,300)));
const client = new pg.Client({ stream: w, user: 'postgres', database: 'postgres', ssl: false });
client.on('error', (e) => console.log('ERR', e));
w.on('error', (e) => console.log('werr', e));
await client.connect();
console.log('connected');
console.log((await client.query('select 1 as a')).rows);
process.exit(0)
