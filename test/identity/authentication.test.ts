import { expect, test } from 'vitest';
import { AuthenticationService } from '../../src/domains/identity/authentication.service.js';
import { TokenService } from '../../src/domains/identity/token.service.js';
import { SecretBox } from '../../src/kernel/secrets.js';
import { ote } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { SECRET_KEY, insertCaller } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY }));

test('a session that ends while it is read does not pass for a live one', async () => {
  const { token } = await insertCaller(server);
  const authentication = new AuthenticationService(
    {
      ...server.database,
      fork: () => {
        const em = server.database.fork();
        const findOne = em.findOne.bind(em);
        em.findOne = (async (...args: Parameters<typeof findOne>) => {
          const found = await findOne(...args);
          await ote(server, 'DELETE', '/authorization', token);
          return found;
        }) as typeof em.findOne;
        return em;
      },
    },
    new TokenService(new SecretBox(SECRET_KEY), 1000),
  );
  expect(await authentication.authenticate(token)).toBeNull();
});
