import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { httpsUpstream, tcpUpstream } from '../support/upstream.js';
import { codeOf, during, routeTo, send, startForwarding } from './forwarding.js';

const pem = (name: string) => readFileSync(new URL(`certificates/${name}`, import.meta.url), 'utf8');
const CA = pem('ca.pem');
const UNTRUSTED = { ca: null, verify: true };
const TRUSTED = { ca: CA, verify: true };

/** A TLS platform that answers the server name it was asked for. */
async function secureUpstream() {
  const options = { key: pem('server.key'), cert: pem('server.pem') };
  return during(
    httpsUpstream(options, (request, response) => {
      const name = 'servername' in request.socket ? request.socket.servername : undefined;
      response.end(`sni=${String(name)}`);
    }),
  );
}

test('a certificate of an authority that the platform is registered with is accepted', async () => {
  const upstream = await secureUpstream();
  const route = routeTo(upstream, { protocol: 'https', tls: TRUSTED });
  expect((await send(await startForwarding(route))).body).toBe('sni=false');
});

test('a host name is sent as the server name', async () => {
  const upstream = await secureUpstream();
  const route = routeTo(upstream, { protocol: 'https', host: 'localhost', tls: TRUSTED });
  const forwarding = await startForwarding(route, {
    resolve: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  expect((await send(forwarding)).body).toBe('sni=localhost');
});

test('an unknown authority is a certificate failure, which opens no circuit', async () => {
  const upstream = await secureUpstream();
  const route = routeTo(upstream, { protocol: 'https', tls: UNTRUSTED });
  const forwarding = await startForwarding(route, { config: { TRANSMIT_BREAKER_FAILURES: 1 } });
  for (let index = 0; index < 3; index += 1) {
    const answer = await send(forwarding);
    expect(answer.status).toBe(500);
    expect(codeOf(answer)).toBe('PLATFORM_CERTIFICATE');
  }
});

test('a certificate for another host is a certificate failure', async () => {
  const upstream = await secureUpstream();
  const route = routeTo(upstream, { protocol: 'https', host: 'elsewhere.test', tls: TRUSTED });
  const forwarding = await startForwarding(route, {
    resolve: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  expect(codeOf(await send(forwarding))).toBe('PLATFORM_CERTIFICATE');
});

test('with verification off anything is accepted', async () => {
  const upstream = await secureUpstream();
  const route = routeTo(upstream, { protocol: 'https', tls: { ca: null, verify: false } });
  expect((await send(await startForwarding(route))).status).toBe(200);
});

test('an authority that is no certificate is a certificate failure', async () => {
  const upstream = await secureUpstream();
  const ca = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';
  const route = routeTo(upstream, { protocol: 'https', tls: { ca, verify: true } });
  expect(codeOf(await send(await startForwarding(route)))).toBe('PLATFORM_CERTIFICATE');
});

test('a platform that does not speak TLS breaks the protocol', async () => {
  const upstream = await during(tcpUpstream((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  const route = routeTo(upstream, { protocol: 'https', tls: UNTRUSTED });
  expect(codeOf(await send(await startForwarding(route)))).toBe('PLATFORM_PROTOCOL');
});

test('the connection to a TLS platform is used again', async () => {
  const upstream = await secureUpstream();
  const forwarding = await startForwarding(routeTo(upstream, { protocol: 'https', tls: TRUSTED }));
  for (let index = 0; index < 3; index += 1) await send(forwarding);
  expect(upstream.sockets).toHaveLength(1);
});
