import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { ADMIN, logIn, startServer } from '../support/server.js';
import { SECRET_KEY } from './support/world.js';

/** More than one batch of each. */
const MANY = 2500;
const FEW = 3;

async function openFilled(): Promise<Database> {
  const database = await openTestDatabase(pino({ level: 'silent' }));
  const statements = [
    `insert into users (created_at, updated_at, name, name_key, status, password_hash)
     values (now(), now(), 'somebody', 'somebody', 'APPROVED', '')`,
    `insert into audit_events (created_at, address, request_id, action, object_type, object_id)
     select now() - interval '1 day' * (case when n <= $1 then 8 else 6 end), '', '', 'user.create', 'User', n
     from generate_series(1, $1 + $2) as n`,
    `insert into sessions (id, user_id, created_at, address, expires_at, ended_at)
     select gen_random_uuid(), (select min(id) from users), now() - interval '9 days', '',
       now() + interval '1 day' * (case when n % 2 = 0 and n <= $1 then -1 else 1 end),
       case when n % 2 = 1 and n <= $1 then now() - interval '2 hours' end
     from generate_series(1, $1 + $2) as n`,
    `insert into refresh_tokens (hash, session_id, expires_at)
     select n, (select id from sessions where expires_at > now() and ended_at is null limit 1),
       now() + interval '1 day' * (case when n <= $1 then -1 else 1 end)
     from generate_series(1, $1 + $2) as n`,
    `insert into login_failures (key, points, expire)
     select n, 1, extract(epoch from now()) * 1000 + (case when n <= $1 then -1 else 1 end) * 600000
     from generate_series(1, $1 + $2) as n`,
    `insert into login_networks (user_id, network, seen_at)
     select (select min(id) from users), n, now() - interval '1 day' * (case when n <= $1 then 31 else 29 end)
     from generate_series(1, $1 + $2) as n`,
  ];
  for (const statement of statements) {
    await database.query(statement.replaceAll('$1', String(MANY)).replaceAll('$2', String(FEW)));
  }
  return database;
}

const COUNTS = `
  select (select count(*) from audit_events)::int as events, (select count(*) from sessions)::int as sessions,
    (select count(*) from refresh_tokens)::int as tokens, (select count(*) from login_failures)::int as failures,
    (select count(*) from login_networks)::int as networks`;

test('what is over is removed, more than one batch of it, and nothing else', async () => {
  const database = await openFilled();
  const server = await startServer({ SECRET_KEY, AUDIT_RETENTION_DAYS: '7' }, { database, background: true });
  try {
    const left = { events: FEW, sessions: FEW, tokens: FEW, failures: FEW, networks: FEW };
    await expect.poll(async () => (await database.query(COUNTS)).rows[0]).toEqual(left);
    const { rows } = await database.query(
      `select count(*)::int as n from audit_events where created_at < now() - interval '7 days'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
    expect(await logIn(server.url, ADMIN.user, ADMIN.password)).toBeTruthy();
  } finally {
    await server.stop();
  }
}, 60_000);

test('the trail stays for ever where that is set', async () => {
  const database = await openFilled();
  const server = await startServer({ SECRET_KEY, AUDIT_RETENTION_DAYS: '0' }, { database, background: true });
  try {
    const counts = async () => (await database.query(COUNTS)).rows[0];
    // The last step.
    await expect.poll(async () => (await counts())?.['networks']).toBe(FEW);
    expect(await counts()).toMatchObject({ events: MANY + FEW, sessions: FEW });
  } finally {
    await server.stop();
  }
}, 60_000);
