import { expect, test } from 'vitest';
import { ote } from '../support/people.js';
import { type GraphQLAnswer, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Member, SECRET_KEY, insertCaller } from './support/world.js';

const PASSWORD = 'Correct-Horse-7';
const NEW_PASSWORD = 'Correct-Horse-8';

const server = useServer(() => startServer({ SECRET_KEY }));

/** A user whose token was just believed, and who is deleted before what is asked with it is done. */
async function goneCaller(): Promise<Member> {
  const caller = await insertCaller(server, { isAdmin: true });
  expect((await ote(server, 'GET', '/authorization', caller.token)).status).toBe(200);
  await server.database.query('delete from users where id = $1', [caller.id]);
  return caller;
}

const BUSINESS = { name: 'Nobody and Sons', introduce: '', objective: '', scale: '' };
const PASSWORDS = { oldPassword: PASSWORD, password: NEW_PASSWORD };

test.each([
  ['PUT', '/user', PASSWORDS],
  ['PUT', '/authorization', undefined],
  ['POST', '/business', BUSINESS],
] as const)('%s %s by a user who is gone is nobody’s request', async (method, path, body) => {
  const { token } = await goneCaller();
  expect((await ote(server, method, path, token, body)).status).toBe(401);
});

test.each([
  ['{ viewer { name } }', {}],
  ['mutation($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }', PASSWORDS],
  ['mutation($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id } } }', BUSINESS],
])('%s by a user who is gone is nobody’s operation', async (document, input) => {
  const { token } = await goneCaller();
  const { errors } = await query(server.url, document, { token, variables: { input } });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});

test('a session that is removed while its refresh token is used gives no new tokens', async () => {
  const { refreshToken } = await insertCaller(server);
  await server.database.query(`
    create function end_session() returns trigger language plpgsql as $$ begin
      delete from sessions where id = old.session_id; return null; end $$`);
  await server.database.query(
    'create trigger end_session after update on refresh_tokens for each row execute function end_session()',
  );
  try {
    expect(codeOf(await refresh(refreshToken))).toBe('UNAUTHENTICATED');
  } finally {
    await server.database.query('drop function end_session cascade');
  }
});

const REFRESH = 'mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { refreshToken } }';

const refresh = async (refreshToken: string) =>
  query<{ refreshSession: { refreshToken: string } }>(server.url, REFRESH, {
    variables: { input: { refreshToken } },
  });

const codeOf = ({ errors: [error] }: GraphQLAnswer<unknown>) => error?.extensions.code;

test('a refresh token whose use fails is not used up', async () => {
  const { refreshToken } = await insertCaller(server);
  await server.database.query(
    'alter table refresh_tokens add constraint none check (used_at is not null) not valid',
  );
  expect(codeOf(await refresh(refreshToken))).toBe('INTERNAL');
  await server.database.query('alter table refresh_tokens drop constraint none');
  expect((await refresh(refreshToken)).errors).toEqual([]);
});
