import { afterEach, expect } from 'vitest';
import { Ssh, SshError, type SshFailure, type SshOptions } from '../../../src/connectors/ssh/index.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { listen } from '../../support/ssh/listener.js';
import { Machine, type MachineOptions } from '../../support/ssh/machine.js';

const toClose: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

export async function machine(options: MachineOptions = {}): Promise<Machine> {
  const made = await new Machine(options).listen();
  toClose.push(() => made.close());
  return made;
}

export async function listener(...[serve]: Parameters<typeof listen>) {
  const made = await listen(serve);
  toClose.push(made.close);
  return made;
}

export const sshWith = (options: Partial<SshOptions> = {}): Ssh =>
  new Ssh({ addresses: new AddressPolicy([]), isLegacyAllowed: false, ...options });

/** For machines that do not answer. */
export const IMPATIENT = { silence: 300, within: 10_000 };

export const never = new AbortController().signal;

/** A session at the machine. */
export async function enter(at: Machine, options: Partial<SshOptions> = {}, signal = never) {
  const session = await sshWith(options).open(at.account, signal);
  toClose.push(() => session.close());
  return session;
}

export async function expectFailure(work: Promise<unknown>, failure: SshFailure, words: RegExp) {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SshError);
  expect(error).toMatchObject({ failure, message: expect.stringMatching(words) });
  return error as SshError;
}
