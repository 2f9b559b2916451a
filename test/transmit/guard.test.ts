import { expect, test } from 'vitest';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { httpUpstream } from '../support/upstream.js';
import { codeOf, during, routeTo, send, startForwarding } from './forwarding.js';

const open = { port: 80 };

test.each([
  '169.254.169.254',
  'fe80::1',
  'fe80::1%lo',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
  'fd00:ec2::254',
  '100.100.100.200',
  '::ffff:100.100.100.200',
  '64:ff9b::6464:64c8',
  '2002:6464:64c8::1',
])('the link-local or metadata address %s is never connected to', async (host) => {
  const answer = await send(await startForwarding(routeTo(open, { host })));
  expect(answer.status).toBe(400);
  expect(codeOf(answer)).toBe('PLATFORM_ADDRESS_DENIED');
});

test.each(['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518'])(
  'the spelling %s of one is not either',
  async (host) => {
    expect(codeOf(await send(await startForwarding(routeTo(open, { host }))))).toBe(
      'PLATFORM_ADDRESS_DENIED',
    );
  },
);

test('only addresses of the allowed networks are connected to', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.end('ok')));
  const ask = async (networks: string[], host: string) => {
    const forwarding = await startForwarding(routeTo(upstream, { host }), {
      ports: { addresses: new AddressPolicy(networks) },
    });
    return send(forwarding);
  };
  expect(codeOf(await ask(['10.0.0.0/8'], '127.0.0.1'))).toBe('PLATFORM_ADDRESS_DENIED');
  expect(codeOf(await ask(['10.0.0.0/8'], '127.1'))).toBe('PLATFORM_ADDRESS_DENIED');
  expect((await ask(['10.0.0.0/8', '127.0.0.0/8'], '127.1')).body).toBe('ok');
});

test('a name is checked at the address that is connected to, each time', async () => {
  const upstream = await during(
    httpUpstream((_request, response) => {
      response.setHeader('Connection', 'close');
      response.end('ok');
    }),
  );
  const addresses = ['127.0.0.1', '169.254.169.254', '127.0.0.1'];
  const forwarding = await startForwarding(routeTo(upstream, { host: 'rebinding.test' }), {
    resolve: (_hostname, _options, callback) =>
      callback(null, [{ address: addresses.shift() ?? '', family: 4 }]),
  });
  expect((await send(forwarding)).body).toBe('ok');
  expect(codeOf(await send(forwarding))).toBe('PLATFORM_ADDRESS_DENIED');
  expect((await send(forwarding)).body).toBe('ok');
});

test('of several addresses, the denied ones are passed over', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.end('ok')));
  const forwarding = await startForwarding(routeTo(upstream, { host: 'both.test' }), {
    resolve: (_hostname, _options, callback) =>
      callback(null, [
        { address: '169.254.169.254', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
  });
  expect((await send(forwarding)).body).toBe('ok');
});
