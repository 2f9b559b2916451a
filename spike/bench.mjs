import 'reflect-metadata';
import pg from 'pg';
import { openWire, Wire } from './wire.mjs';
const mode = process.argv[2];
const N = Number(process.argv[3] ?? 3000);
const setup = 'create table t (id int primary key, name text, at timestamptz default now(), n int); insert into t select i, \'name \'||i, now(), i from generate_series(1,10000) i';
let query;
let close = () => process.exit(0);
if (mode === 'shared') {
  const { openPglite } = await import('../dist/database/embedded.js');
  const p = await openPglite(undefined);
  await p.exec(setup);
  query = (text, values) => p.query(text, values);
} else {
  const { PreparingClient } = await import('../dist/database/preparingClient.js');
  const worker = await openWire(undefined);
  const client = new PreparingClient({ stream: new Wire(worker), user: 'postgres', database: 'postgres', ssl: false });
  await client.connect();
  await client.query(setup);
  query = (text, values) => client.query(text, values);
}
async function run(name, count, text, valuesOf) {
  for (let i = 0; i < count/5; i++) await query(text, valuesOf(i));
  const c0 = process.cpuUsage(), t0 = performance.now(), e0 = performance.eventLoopUtilization();
  for (let i = 0; i < count; i++) await query(text, valuesOf(i));
  const c = process.cpuUsage(c0), t = performance.now() - t0, e = performance.eventLoopUtilization(e0);
  console.log(mode.padEnd(7), name.padEnd(10), 'cpu us', ((c.user + c.system) / count).toFixed(0), 'wall us', (t * 1000 / count).toFixed(0), 'loop busy us', (e.active*1000/count).toFixed(0));
}
await run('key', N, 'select * from t t where id = $1', (i) => [i % 10000]);
await run('page50', N/3, 'select id, name, at, n from t where id > $1 order by id limit 50', (i) => [i % 9000]);
await run('list5k', N/60, 'select id, name, at, n from t where id > $1 order by id limit 5000', (i) => [i % 5000]);
await run('update', N/3, 'update t set n = n + 1 where id = $1', (i) => [i % 10000]);
const c0 = process.cpuUsage(); const t0=performance.now();
await Promise.all(Array.from({length:1000},(_,i)=>query('select id, name, at, n from t where id = $1',[i])));
const c = process.cpuUsage(c0); console.log(mode, 'at once cpu', ((c.user+c.system)/1000).toFixed(0), 'wall', (performance.now()-t0).toFixed(0), 'rss', (process.memoryUsage().rss/1048576).toFixed(0));
close();
