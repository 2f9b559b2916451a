import { afterAll, beforeAll, beforeEach, test } from 'vitest';
import { PASSWORD, type Person, newUser, ote } from '../../support/people.js';
import { send } from '../../support/rest.js';
import { type Sample, expectSample, readSamples } from '../../support/samples.js';
import { ADMIN, type TestServer, startServer } from '../../support/server.js';

interface OteSample extends Sample {
  /** The member instead of the system administrator. */
  as?: 'member';
  given?: { business: object };
}

const samples = readSamples<OteSample>(`${import.meta.dirname}/samples`);

let server: TestServer;
let member: Person;
beforeAll(async () => {
  server = await startServer({ LOGIN_FAILURES: '1000' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.database.query('delete from businesses');
  await server.database.query('delete from users where not is_system_administrator');
  member = await newUser(server, { isAdmin: true });
});

test.each(samples)('%s', async (_name, { as, given, request, response }) => {
  const names: Record<string, string> = {
    $user: ADMIN.user,
    $password: as === 'member' ? PASSWORD : ADMIN.password,
    $member: String(member.id),
  };
  if (given) {
    await ote(server, 'POST', '/business', member.token, given.business);
    const { rows } = await server.database.query('select id from businesses');
    names['$business'] = String(rows[0]?.['id']);
  }
  const filled = <T>(value: T): T => {
    const text = Object.entries(names).reduce(
      (all, [name, text]) => all.replaceAll(name, text),
      JSON.stringify(value),
    );
    return JSON.parse(text) as T;
  };
  const token = as === 'member' ? member.token : await server.adminToken();
  const answer = await send(server.url + filled(request.path), {
    method: request.method,
    headers: request.token ? { authorization: token } : {},
    ...(request.body === undefined ? {} : { body: filled(request.body) }),
  });
  await expectSample(answer, { status: response.status, body: filled(response.body) });
});
