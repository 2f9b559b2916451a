import { FakeModelArts, type FakeOptions } from '../../support/modelarts/fakeModelArts.js';
import {
  type Environment,
  type GraphQLAnswer,
  type TestServer,
  query,
  startServer,
} from '../../support/server.js';

/** Whole answers of large types are asked for, which no frontend does. */
const WIDE: Environment = {
  GRAPHQL_MAX_TOKENS: '20000',
  GRAPHQL_MAX_COST: '1000000',
  GRAPHQL_MAX_DEPTH: '40',
};

export interface ModelArtsWorld {
  server: TestServer;
  fake: FakeModelArts;
  token: string;
  /** Of the platform that the stand-in is. */
  platformId: string;
  ask: <T = Record<string, unknown>>(document: string, variables?: object) => Promise<GraphQLAnswer<T>>;
  stop: () => Promise<void>;
}

export const REGISTER = `mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;

/** The input that registers a stand-in. */
export const draftOf = (fake: FakeModelArts, credentials: object | null = fake.accessKey) => ({
  name: 'ModelArts',
  kind: 'MODELARTS',
  protocol: 'HTTP',
  host: '127.0.0.1',
  port: fake.port,
  region: fake.region,
  projectId: fake.projectId,
  credentials,
});

export async function register(server: TestServer, token: string, input: object): Promise<string> {
  const { data, errors } = await query<{ registerPlatform: { platform: { id: string } } }>(
    server.url,
    REGISTER,
    {
      variables: { input },
      token,
    },
  );
  if (!data) throw new Error(JSON.stringify(errors));
  return data.registerPlatform.platform.id;
}

export async function startModelArts(
  options: FakeOptions = {},
  environment: Environment = {},
): Promise<ModelArtsWorld> {
  const [fake, server] = await Promise.all([
    FakeModelArts.start(options),
    startServer({ ...WIDE, ...environment }),
  ]);
  const token = await server.adminToken();
  const platformId = await register(server, token, draftOf(fake));
  return {
    server,
    fake,
    token,
    platformId,
    ask: (document, variables) =>
      query(server.url, document, { variables: { platform: platformId, ...variables }, token }),
    stop: async () => {
      await server.stop();
      await fake.close();
    },
  };
}
