import { FakeHarbor, HARBOR_ADMIN } from '../support/harbor/server.js';
import { type Person, newBusiness, newMember, ote } from '../support/people.js';
import { type TestServer, query, startServer } from '../support/server.js';

export const HARBOR_PASSWORD = 'Harbor-Pass-1';

export interface ImageWorld {
  harbor: FakeHarbor;
  server: TestServer;
  stop: () => Promise<void>;
}

/** A server with an image repository, whose administrator it knows. */
export async function startImages(environment = {}): Promise<ImageWorld> {
  const harbor = await FakeHarbor.start();
  const { user: HARBOR_ADMIN_USER, password: HARBOR_ADMIN_PASSWORD } = HARBOR_ADMIN;
  const settings = { HARBOR_URL: harbor.url, HARBOR_ADMIN_USER, HARBOR_ADMIN_PASSWORD, ...environment };
  const server = await startServer(settings);
  const stop = async () => {
    await server.stop();
    await harbor.close();
  };
  return { harbor, server, stop };
}

/** A member of a new business, with an account of its own name in the image repository. */
export async function newPusher({ server }: ImageWorld): Promise<Person> {
  const person = await newMember(server, await newBusiness(server));
  const body = { user: person.name, password: HARBOR_PASSWORD };
  const made = await ote(server, 'POST', '/repository/user', person.token, body);
  if (made.status !== 200) throw new Error(made.message);
  return person;
}

/** The data of an operation that must succeed. */
export async function graph<T = Record<string, never>>(
  { server }: Pick<ImageWorld, 'server'>,
  token: string,
  document: string,
  variables: object = {},
): Promise<T> {
  const { data, errors } = await query<T>(server.url, document, { token, variables });
  if (errors.length > 0 || !data) throw new Error(JSON.stringify(errors));
  return data;
}
