import { inject } from 'vitest';
import { describeRegistry } from '../connectors/harbor/conformance.js';
import { pushImage } from '../support/harbor/push.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Harbor that the suite was started with. */
    harbor: { url: string; user: string; password: string };
  }
}

const { url, ...administrator } = inject('harbor');

describeRegistry(url, () =>
  Promise.resolve({
    url,
    administrator,
    push: (as, name, tags, options) => pushImage({ url, ...as }, name, tags, options),
  }),
);
