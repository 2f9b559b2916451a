import type { FakeModelArts } from '../../support/modelarts/fakeModelArts.js';
import { type GraphQLAnswer, type TestServer, query } from '../../support/server.js';

/** Registers a platform for the fake, with its access key; answers its id. */
export async function registerModelArts(
  server: TestServer,
  fake: FakeModelArts,
  { token, ...changes }: { token: string; [field: string]: unknown },
): Promise<string> {
  const input = {
    name: 'modelarts',
    kind: 'MODELARTS',
    protocol: 'HTTP',
    host: '127.0.0.1',
    port: fake.port,
    region: fake.region,
    projectId: fake.projectId,
    credentials: fake.accessKey,
    ...changes,
  };
  const document =
    'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }';
  const { data, errors } = await query<{ registerPlatform: { platform: { id: string } } }>(
    server.url,
    document,
    {
      token,
      variables: { input },
    },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.registerPlatform.platform.id;
}

type Fields = Record<string, never>;

/** Asks for fields of `Platform.modelArts`. */
export async function read<T = Fields>(
  server: TestServer,
  fields: string,
  { token, id }: { token: string; id: string },
): Promise<Omit<GraphQLAnswer<T>, 'data'> & { data: T | null }> {
  const document = `query ($id: ID!) { platform(id: $id) { modelArts { ${fields} } } }`;
  const answer = await query<{ platform: { modelArts: T | null } | null }>(server.url, document, {
    token,
    variables: { id },
  });
  return { ...answer, data: answer.data?.platform?.modelArts ?? null };
}

/** Asks for fields of `Mutation.modelArts`. */
export async function change<T = Fields>(
  server: TestServer,
  fields: string,
  { token, id }: { token: string; id: string },
): Promise<Omit<GraphQLAnswer<T>, 'data'> & { data: T | null }> {
  const document = `mutation ($id: ID!) { modelArts(platformId: $id) { ${fields} } }`;
  const answer = await query<{ modelArts: T }>(server.url, document, { token, variables: { id } });
  return { ...answer, data: answer.data?.modelArts ?? null };
}
