import { afterAll } from 'vitest';
import { FakeHarbor, HARBOR_ADMIN } from '../../support/harbor/server.js';
import { type RegistryLab, describeRegistry } from './conformance.js';

const started: FakeHarbor[] = [];
afterAll(() => Promise.all(started.map((harbor) => harbor.close())));

async function lab(): Promise<RegistryLab> {
  const harbor = await FakeHarbor.start();
  started.push(harbor);
  return {
    url: harbor.url,
    administrator: HARBOR_ADMIN,
    push: (_as, name, tags, options) => {
      harbor.store.push(name, tags, options);
      return Promise.resolve();
    },
  };
}

describeRegistry('the fake', lab);
