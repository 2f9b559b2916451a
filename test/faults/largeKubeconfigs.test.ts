import { expect, test } from 'vitest';
import { readAccess } from '../../src/connectors/kubernetes/access.js';
import { AddressPolicy } from '../../src/kernel/networks.js';
import { longestStall } from '../support/eventLoop.js';
import { CA, IDENTITY } from '../support/kubernetes/server.js';

const MOST_BYTES = 262_144;
/** Milliseconds. Each of these once took from many seconds to hours. */
const LONGEST_STALL = 1000;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig in JSON, which is YAML too, of as many bytes as it may have; the one text in it fills what is left. */
function filled(
  values: (filling: (pattern: string, end?: string) => string) => Record<string, object>,
): string {
  const write = (room: number) => {
    const {
      user = { token: 'a' },
      cluster,
      more,
    } = values((pattern, end = '') => pattern.repeat(Math.ceil(room / pattern.length)).slice(0, room) + end);
    return JSON.stringify({
      'current-context': 'lab',
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
      clusters: [{ name: 'lab', cluster: { server: 'https://10.0.0.1', ...cluster } }],
      users: [{ name: 'lab', user }],
      ...more,
    });
  };
  return write(MOST_BYTES - Buffer.byteLength(write(0)));
}

const many = (line: (index: number) => string): string => {
  let text = '';
  for (let index = 0; text.length < MOST_BYTES - 100; index += 1) text += line(index);
  return text;
};

const hostile: [string, string, string][] = [
  ['keys', many((index) => `k${index}: 1\n`), 'has no current-context'],
  ['keys in one line', `{${many((index) => `k${index}: 1,`)}}`, 'has no current-context'],
  ['anchors', many((index) => `k${index}: &a${index} 1\n`), 'has no current-context'],
  ['items', `[${many(() => '1,')}]`, 'is no kubeconfig'],
  ['contexts that are none', `{current-context: a, contexts: [${many(() => '1,')}]}`, 'contexts.0'],
  ['repeated keys', many(() => 'a: 1\n'), 'is no valid YAML: line 2'],
  [
    'a path',
    filled((fill) => ({ cluster: { server: `https://10.0.0.1${fill('/', 'x')}` } })),
    'more than 2048',
  ],
  ['a host name', filled((fill) => ({ cluster: { server: `https://${fill('a.')}` } })), 'more than 2048'],
  [
    'spaces in a certificate',
    filled((fill) => ({ cluster: { 'certificate-authority-data': fill('  ', '!') } })),
    'no PEM in base64',
  ],
  [
    'a name',
    filled((fill) => ({ more: { 'current-context': fill('x') } })),
    `has no context "${'x'.repeat(80)}"`,
  ],
];

test.each(hostile)(
  'a kubeconfig of very many or very long %s is refused, and holds nobody up',
  async (_what, text, reason) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
    const stall = await longestStall(async () => {
      const refused = readAccess(text, new AddressPolicy([]));
      await expect(refused).rejects.toMatchObject({ code: 'BAD_INPUT' });
      await expect(refused).rejects.toThrow(reason);
    });
    expect(stall).toBeLessThan(LONGEST_STALL);
  },
);

test('a large one that can be used is', async () => {
  const text = filled((fill) => ({
    cluster: { 'certificate-authority-data': base64(CA) },
    user: {
      'client-certificate-data': base64(IDENTITY.cert),
      'client-key-data': base64(IDENTITY.key).replaceAll(/.{64}/g, '$& \n'),
    },
    more: { preferences: { comment: fill('x') } },
  }));
  expect(await readAccess(text, new AddressPolicy([]))).toMatchObject({ server: 'https://10.0.0.1' });
});
