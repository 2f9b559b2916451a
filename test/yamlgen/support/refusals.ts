import { beforeAll, beforeEach, expect } from 'vitest';
import { type Person, newUser } from '../../support/people.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';
import { PATIENT, type Upload, yamlGen } from './calls.js';

/** Of a server for the tests of a file: that it refuses an upload, and keeps nothing of it. */
export function useRefusals() {
  const server = useServer(() => startServer({}, PATIENT));
  let user: Person;
  beforeAll(async () => {
    user = await newUser(server);
  });
  beforeEach(async () => {
    await server.database.query('delete from yaml_jobs');
  });
  const { generate, history } = yamlGen(server, () => user.token);

  return async (upload: Upload, message: string | RegExp, status = 400): Promise<void> => {
    const { status: answered, body } = await generate(upload);
    expect(body).toMatchObject({ status: false, code: status, data: null });
    expect(answered).toBe(status);
    expect(body.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    // Nothing is kept, and nothing of it is a defect.
    expect(await history()).toEqual([]);
    expect(server.log()).not.toContain('"error":"INTERNAL"');
  };
}
