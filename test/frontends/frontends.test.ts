import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { insertCluster } from '../edge/support/world.js';
import { newUser, PASSWORD } from '../support/people.js';
import { ADMIN, startServer } from '../support/server.js';
import { generateTypes, run } from './tools.js';

const TSC = 'node_modules/typescript/bin/tsc';

type Build = (name: string, schema: string) => Promise<void>;

const byCodegen: Build = async (name, schema) => {
  await generateTypes(name, schema);
  await run(name, TSC);
};

const byRelayCompiler: Build = async (name, schema) => {
  mkdirSync(join(import.meta.dirname, name, 'src/gql'));
  const sdl = await (await fetch(schema)).text();
  writeFileSync(join(import.meta.dirname, name, 'schema.graphql'), sdl);
  await run(name, 'node_modules/relay-compiler/cli.js');
  await run(name, TSC);
  await run(name, 'build.mjs');
};

test.each([
  ['apollo', byCodegen, 'dist/main.js'],
  ['urql', byCodegen, 'dist/main.js'],
  ['relay', byRelayCompiler, 'dist/main.cjs'],
])(
  '%s: types are generated, it compiles, and works through the ends of its tokens',
  async (name, build, main) => {
    const server = await startServer({ ACCESS_TOKEN_LIFETIME: '2' });
    try {
      await insertCluster(server, { name: 'edge-1', nodes: ['node-1'] });
      const { name: user } = await newUser(server);
      for (const made of ['dist', 'src/gql'])
        rmSync(join(import.meta.dirname, name, made), { recursive: true, force: true });
      await build(name, `${server.url}/schema.graphql`);
      const environment = {
        URL: `${server.url}/graphql`,
        ADMIN: ADMIN.user,
        ADMIN_PASSWORD: ADMIN.password,
        USER: user,
        USER_PASSWORD: PASSWORD,
      };
      await expect(run(name, main, [], environment)).resolves.toBeUndefined();
    } finally {
      await server.stop();
    }
  },
);
