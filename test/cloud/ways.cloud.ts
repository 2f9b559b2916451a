import { expect, onTestFinished, test } from 'vitest';
import { createOpenStackConnector } from '../../src/connectors/openstack/index.js';
import { lcmOf } from '../../src/connectors/openstack/lcm.js';
import { openLcm, readOpenrc } from '../../src/connectors/openstack/connectionTest.js';
import { openSession } from '../../src/connectors/openstack/session.js';
import { Ssh } from '../../src/connectors/ssh/index.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { CLOUD_KINDS } from '../connectors/openstack/kinds.js';
import { LIMITS, readAll } from '../connectors/openstack/reading.js';
import { account } from './given.js';

const addresses = new AddressPolicy([]);
const { signal } = new AbortController();

/** Services give lists in any order. */
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).toSorted();

test('through the LCM everything is read as directly', async () => {
  const connector = createOpenStackConnector({ addresses, viaName: 'test', isLegacyAllowed: false });
  const direct = await connector.open(account, signal);
  onTestFinished(() => direct.close());

  const ssh = await openLcm(new Ssh({ addresses, isLegacyAllowed: false }), account, signal);
  const login = await readOpenrc(ssh, account.openrcPath);
  const limits = { ...LIMITS, patience: { step: 10_000, call: 60_000 } };
  // Its loopback addresses are taken for those of another machine.
  const through = await openSession(
    { lcm: lcmOf(ssh), login, ca: null, isHere: false, addresses, viaName: 'test', limits },
    signal,
  );
  onTestFinished(() => through.close());
  expect(through.hostKey).toBe(direct.hostKey);
  for (const kind of CLOUD_KINDS) {
    const own = await readAll(through, kind);
    expect(own.length).toBeGreaterThan(0);
    expect(idsOf(own)).toEqual(idsOf(await readAll(direct, kind)));
  }
});
