import fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { climbs, normalPath, refusalOfHostPath } from '../../src/domains/apps/hostPaths.js';
import { isImageReference } from '../../src/domains/apps/imageReference.js';

/** As the library of Docker and containerd has it: distribution's reference.go. */
const REFERENCE = (() => {
  const host = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])';
  const domain = String.raw`${host}(?:\.${host})*(?::[0-9]{1,5})?`;
  const part = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
  const tag = String.raw`[\w][\w.-]{0,127}`;
  return new RegExp(`^(?:(${domain})/)?(${part}(?:/${part})*)(?::(${tag}))?(?:@(sha256:[0-9a-f]{64}))?$`);
})();

function isReference(text: string): boolean {
  const [, domain, , tag, digest] = REFERENCE.exec(text) ?? [];
  const isPath = domain === undefined || /[.:]|^localhost$/.test(domain) || /^[a-z0-9._-]+$/.test(domain);
  return (tag ?? digest) !== undefined && isPath;
}

describe('references of images', () => {
  const piece = fc.constantFrom(
    'a',
    'b2',
    'nginx',
    '-',
    '--',
    '.',
    '_',
    '__',
    '___',
    'A',
    '/',
    ':',
    '1',
    '5000',
    '@',
    '',
  );
  const digest = fc.constantFrom('', `@sha256:${'0'.repeat(64)}`, '@sha256:0', `@sha512:${'0'.repeat(64)}`);
  const registry = fc.constantFrom(
    '',
    'localhost/',
    'registry.example.org/',
    'r.io:5000/',
    'R.io/',
    'h-.io/',
    'a:/',
  );
  const tag = fc.constantFrom('', ':1', ':latest', ':_a.B-c', ':.a', ':', `:${'t'.repeat(129)}`);
  const reference = fc
    .tuple(registry, fc.array(piece, { maxLength: 5 }), tag, digest)
    .map(([host, path, named, hash]) => host + path.join('') + named + hash);

  test('are those of the library that pulls them, with a tag or a digest', () => {
    fc.assert(
      fc.property(reference, (text) => {
        expect([text, isImageReference(text)]).toEqual([text, isReference(text)]);
      }),
      { numRuns: 5000 },
    );
  });

  test('are read in a moment, however long', () => {
    for (const text of [
      'a'.repeat(1e7),
      'a/'.repeat(5e6),
      'a-'.repeat(5e6),
      ':'.repeat(1e7),
      `a:${'-'.repeat(1e7)}`,
    ])
      expect(isImageReference(text)).toBe(false);
  });
});

describe('paths of nodes', () => {
  const segment = fc.constantFrom(
    '',
    '.',
    'var',
    'lib',
    'run',
    'etc',
    'kubelet',
    'docker',
    'data',
    'x',
    'docker.sock',
    'usr',
  );
  const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => `/${segments.join('/')}`);

  test('are the same however they are written', () => {
    fc.assert(
      fc.property(path, fc.boolean(), (written, readOnly) => {
        const short = posix.normalize(written).replace(/(.)\/$/, '$1');
        expect(normalPath(written)).toBe(short);
        expect(refusalOfHostPath(written, readOnly, ['/data'])).toBe(
          refusalOfHostPath(short, readOnly, ['/data']),
        );
        expect(climbs(written)).toBe(false);
      }),
    );
  });

  test('with a forbidden one, all that hold it and all below it are forbidden', () => {
    fc.assert(
      fc.property(path, path, (forbidden, below) => {
        fc.pre(refusalOfHostPath(forbidden, true, [])?.startsWith('must not be, hold') === true);
        const at = normalPath(forbidden);
        const folders = ['/etc', '/run', '/var/run', '/var/lib/kubelet', '/var/lib/docker'];
        const isWithin = folders.some((folder) => at === folder || at.startsWith(`${folder}/`));
        if (isWithin) expect(refusalOfHostPath(forbidden + below, true, [])).toBeDefined();
        expect(refusalOfHostPath(posix.dirname(at), true, ['/'])).toBeDefined();
      }),
    );
  });

  test('what may be written to may be read, and WRITABLE_HOST_PATHS opens nothing that is forbidden', () => {
    fc.assert(
      fc.property(path, path, (wanted, writable) => {
        if (refusalOfHostPath(wanted, true, []) !== undefined)
          expect(refusalOfHostPath(wanted, false, [writable])).toBeDefined();
        else expect(refusalOfHostPath(wanted, false, [wanted])).toBeUndefined();
      }),
    );
  });
});
