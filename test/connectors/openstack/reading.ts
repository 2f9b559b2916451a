import { onTestFinished } from 'vitest';
import type { CloudLogin } from '../../../src/connectors/openstack/account.js';
import {
  type CloudLimits,
  type SessionParts,
  openSession,
} from '../../../src/connectors/openstack/session.js';
import type { CloudItems, CloudKind, CloudSession } from '../../../src/domains/datacenters/cloud.port.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { type FakeOptions, FakeOpenStack } from '../../support/openstack/fakeOpenStack.js';
import { type Fault, Faults } from '../../support/openstack/faults.js';
import { PASSWORD } from '../../support/openstack/keystone.js';
import { FakeLcm } from '../../support/openstack/lcm.js';

export const LIMITS: CloudLimits = {
  patience: { step: 20_000, call: 60_000 },
  mostBytes: 128 * 1024 * 1024,
  connections: 8,
  direct: 2_000,
  firstRetry: 1,
  mostKept: 32 * 1024 * 1024,
};

export const loginTo = (authUrl: string): CloudLogin => ({
  authUrl,
  credentials: {
    kind: 'password',
    user: { name: 'admin', domain: { id: 'default' } },
    password: PASSWORD,
    project: { name: 'admin', domain: { id: 'default' } },
  },
  interface: null,
  region: 'RegionOne',
  caPath: null,
});

/** A session with what is at this address. */
export async function open(
  authUrl: string,
  parts: Partial<SessionParts> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<CloudSession> {
  const session = await openSession(
    {
      lcm: new FakeLcm(),
      login: loginTo(authUrl),
      ca: null,
      isHere: true,
      addresses: new AddressPolicy([]),
      viaName: 'test',
      limits: LIMITS,
      ...parts,
    },
    signal,
  );
  onTestFinished(() => session.close());
  return session;
}

/** A stand-in for OpenStack, ended with the test. */
export async function startFake(options: FakeOptions = {}): Promise<FakeOpenStack> {
  const fake = await FakeOpenStack.start(options);
  onTestFinished(() => fake.close());
  return fake;
}

/** The same with a session, and with faults between both where they are given. */
export async function openFake(
  options: FakeOptions = {},
  parts: Partial<SessionParts> = {},
  ...first: Fault[]
): Promise<{ fake: FakeOpenStack; faults: Faults; session: CloudSession }> {
  const fake = await startFake(options);
  const faults = await Faults.before([fake.url]);
  onTestFinished(() => faults.close());
  faults.add(...first);
  // Links of the catalog lead through the faults.
  const session = await open(faults.inFront(fake.authUrl), parts);
  return { fake, faults, session };
}

export async function readAll<K extends CloudKind>(session: CloudSession, kind: K): Promise<CloudItems[K][]> {
  const all: CloudItems[K][] = [];
  for await (const page of session.read(kind)) all.push(...page);
  return all;
}

export type { Fault };
