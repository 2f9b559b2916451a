import type { RegistryAccount } from './imageRegistry.port.js';

/** What came of asking a registry whether an account works there. */
export enum RegistryCheck {
  WORKS = 'WORKS',
  WRONG_CREDENTIALS = 'WRONG_CREDENTIALS',
  UNREACHABLE = 'UNREACHABLE',
  NO_REGISTRY = 'NO_REGISTRY',
}

/** Any registry that speaks the distribution API, such as Docker Hub. */
export interface RegistryProbe {
  /** Never rejects but for the signal. */
  check: (
    address: string,
    account: RegistryAccount,
    signal: AbortSignal,
  ) => Promise<{ result: RegistryCheck; message: string }>;
}
