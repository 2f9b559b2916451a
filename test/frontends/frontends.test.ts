import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newUser, PASSWORD } from '../support/people.js';
import { ADMIN, startServer } from '../support/server.js';
import { generateTypes, run } from './tools.js';

const FRONTENDS = ['apollo', 'urql'];

test.each(FRONTENDS)(
  '%s: types are generated, it compiles, and it works through the ends of its tokens',
  async (name) => {
    const server = await startServer({ ACCESS_TOKEN_LIFETIME: '2' });
    try {
      const { name: user } = await newUser(server, {});
      for (const made of ['dist', 'src/gql'])
        rmSync(join(import.meta.dirname, name, made), { recursive: true, force: true });
      await generateTypes(name, `${server.url}/schema.graphql`);
      await run(name, 'node_modules/typescript/bin/tsc');
      const people = {
        ADMIN: ADMIN.user,
        ADMIN_PASSWORD: ADMIN.password,
        USER: user,
        USER_PASSWORD: PASSWORD,
      };
      await expect(
        run(name, 'dist/main.js', [], { URL: `${server.url}/graphql`, ...people }),
      ).resolves.toBeUndefined();
    } finally {
      await server.stop();
    }
  },
);
