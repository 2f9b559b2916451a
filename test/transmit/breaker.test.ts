import { expect, onTestFinished, test, vi } from 'vitest';
import { httpUpstream } from '../support/upstream.js';
import { codeOf, during, routeTo, send, startForwarding } from './forwarding.js';

/** Milliseconds. */
const COOLDOWN = 10_000;

/** A platform whose name resolves as long as it is well, and how often that was tried. */
async function moody() {
  const upstream = await during(httpUpstream((_request, response) => response.end('ok')));
  const state = { isWell: false, tries: 0 };
  const forwarding = await startForwarding(routeTo(upstream, { host: 'platform.test' }), {
    config: { TRANSMIT_BREAKER_FAILURES: 2, TRANSMIT_BREAKER_COOLDOWN: COOLDOWN },
    resolve: (_hostname, _options, callback) => {
      state.tries += 1;
      if (state.isWell) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(Object.assign(new Error('away'), { code: 'ENOTFOUND' }), []);
    },
  });
  const circuit = () => forwarding.registry.getSingleMetricAsString('isthmus_transmit_circuit_open');
  return { state, forwarding, circuit };
}

test('the circuit opens after consecutive failures, tries again by itself and closes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { state, forwarding, circuit } = await moody();
  for (let index = 0; index < 5; index += 1) {
    expect(codeOf(await send(forwarding))).toBe('PLATFORM_UNREACHABLE');
  }
  expect(state.tries).toBe(2);
  expect(await circuit()).toMatch(/ 1$/m);

  vi.setSystemTime(Date.now() + COOLDOWN);
  for (let index = 0; index < 2; index += 1) {
    expect(codeOf(await send(forwarding))).toBe('PLATFORM_UNREACHABLE');
    expect(state.tries).toBe(3);
  }

  state.isWell = true;
  vi.setSystemTime(Date.now() + COOLDOWN);
  expect((await send(forwarding)).body).toBe('ok');
  expect(await circuit()).toMatch(/ 0$/m);
});

test('a success between failures starts the count again', async () => {
  const { state, forwarding, circuit } = await moody();
  for (const isWell of [false, true, false, true]) {
    state.isWell = isWell;
    forwarding.server.closeIdleConnections();
    await send(forwarding);
  }
  expect(await circuit()).toMatch(/ 0$/m);
});
