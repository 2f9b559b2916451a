import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MachineOptions } from '../../support/ssh/machine.js';
import { IMPATIENT, enter, expectFailure, machine } from './lab.js';

const NOISE = '*** Authorized use only ***\nexport OS_PASSWORD=noise\n';

describe('commands', () => {
  test('arguments arrive as they are, whatever a shell makes of their characters', async () => {
    const session = await enter(await machine());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }).map((word) => word.replaceAll('\0', ''))),
        async (words) => {
          const { stdout } = await session.exec(['printf', '%s\\n', '', ...words]);
          expect(stdout.toString()).toBe(['', ...words, ''].join('\n'));
        },
      ),
      { numRuns: 40, examples: [[["it's", '$HOME', '`id`', '"', '\\', '*', '-n', '--', 'a\nb', '!', '']]] },
    );
  });

  test('both outputs and the code, without what .bashrc prints before them', async () => {
    const session = await enter(await machine({ noise: NOISE, banner: NOISE }));
    const output = await session.exec(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect({ ...output, stdout: output.stdout.toString() }).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      code: 7,
    });
    const missing = await session.exec(['no-such-tool']);
    expect(missing).toMatchObject({ code: 127, stderr: expect.stringContaining('no-such-tool') });
  });

  test('of a machine that exchanges keys over and over end, as each exchange stops all else', async () => {
    const session = await enter(await machine({ rekeys: true }));
    await expectFailure(session.exec(['sleep', '60']), 'LOST', /exchanges keys over and over/);
  });

  test('what asks for input gets none', async () => {
    const session = await enter(await machine());
    expect((await session.exec(['cat'])).stdout.length).toBe(0);
  });

  test('take turns where a machine allows one session', async () => {
    const at = await machine({ maxSessions: 1, files: { openrc: 'x' } });
    const session = await enter(at);
    const [first, file, last] = await Promise.all([
      session.exec(['echo', '1']),
      session.readFile('openrc'),
      session.exec(['echo', '2']),
    ]);
    expect([first.stdout, file, last.stdout].map(String)).toEqual(['1\n', 'x', '2\n']);
  });

  test.each<[string, MachineOptions, RegExp]>([
    ['are refused', { commands: 'refused' }, /runs no command/],
    ['are replaced', { commands: 'forced' }, /runs no command: This service allows sftp connections only\./],
    ['are too many', { maxSessions: 0 }, /runs no command/],
  ])('that %s', async (_name, options, words) => {
    const session = await enter(await machine(options));
    await expectFailure(session.exec(['true']), 'COMMAND_REFUSED', words);
    expect(session.ended.aborted).toBe(false);
  });

  test('as many bytes as wanted, and no more', async () => {
    const session = await enter(await machine({ noise: NOISE }));
    const zeros = (count: number, to = '') => ['sh', '-c', `head -c ${count} /dev/zero ${to}`];
    expect((await session.exec(zeros(100_000), { mostBytes: 100_000 })).stdout.length).toBe(100_000);
    await expectFailure(
      session.exec(zeros(100_001), { mostBytes: 100_000 }),
      'TOO_LARGE',
      /more than is read/,
    );
    const again = await enter(await machine());
    await expectFailure(
      again.exec(zeros(5_000_000, '>&2'), { mostBytes: 1000 }),
      'TOO_LARGE',
      /more than is read/,
    );
  });

  test('that print for ever end the session', async () => {
    const at = await machine({ commands: 'flood' });
    const session = await enter(at);
    await expectFailure(session.exec(['yes']), 'TOO_LARGE', /more than is read/);
    await expectFailure(session.exec(['true']), 'TOO_LARGE', /more than is read/);
    await expect.poll(() => at.connections).toBe(0);
  });

  test('that never end, too', async () => {
    const at = await machine({ commands: 'hang' });
    const session = await enter(at, { patience: IMPATIENT });
    await expectFailure(session.exec(['sleep', '1d']), 'TIMED_OUT', /said nothing for 0.3 s/);
    await expect.poll(() => at.connections).toBe(0);
  });

  test('of a session that breaks off, that is left, and whose caller goes away', async () => {
    const at = await machine({ commands: 'hang' });
    const broken = (await enter(at)).exec(['sleep', '1d']);
    await expect.poll(() => at.seen.commands.length).toBe(1);
    at.cut();
    await expectFailure(broken, 'LOST', /ended the session/);

    const session = await enter(at);
    const left = session.exec(['sleep', '1d']);
    await expect.poll(() => at.seen.commands.length).toBe(2);
    await Promise.all([expectFailure(left, 'LOST', /session/), session.close()]);

    const leaving = new AbortController();
    const abandoned = (await enter(at, {}, leaving.signal)).exec(['sleep', '1d']);
    await expect.poll(() => at.seen.commands.length).toBe(3);
    leaving.abort(new Error('gone'));
    await expect(abandoned).rejects.toThrow('gone');
    await expect.poll(() => at.connections).toBe(0);
  });
});

describe.each<[string, MachineOptions]>([
  ['a machine without SFTP', { sftp: false, maxSessions: 1 }],
  ['a machine with SFTP alone', { commands: 'forced', maxSessions: 1 }],
  ['a machine that refuses commands', { commands: 'refused' }],
  ['a machine that prints before each output', { noise: NOISE }],
])('files of %s', (_name, options) => {
  const full = Buffer.alloc(65_536, 'é');
  const files = { openrc: 'export A=1\n', "it's $HOME": 'odd', empty: '', full, more: `${full.toString()}.` };

  test('are read whole', async () => {
    const at = await machine({ ...options, files });
    const session = await enter(at);
    for (const [path, content] of Object.entries(files).slice(0, 4)) {
      expect((await session.readFile(path)).equals(Buffer.from(content))).toBe(true);
      expect((await session.readFile(join(at.home, path))).equals(Buffer.from(content))).toBe(true);
    }
    expect((await session.readFile('~/openrc')).toString()).toBe(files.openrc);
  });

  test('are not read where they are no regular files of 64 KiB at most', async () => {
    const at = await machine({ ...options, files });
    mkdirSync(join(at.home, 'folder'));
    execFileSync('mkfifo', [join(at.home, 'pipe')]);
    const session = await enter(at);
    for (const [path, why] of [
      ['more', /more: too large/],
      ['/dev/zero', /zero: not a file/],
      ['folder', /folder: not a file/],
      ['pipe', /pipe: not a file/],
      ['missing', /missing: no such file/],
      ['line\nbreak', /no such file/],
      ['', /no such file/],
    ] as const)
      await expectFailure(session.readFile(path), 'FILE_UNREADABLE', why);
    expect((await session.readFile('openrc')).toString()).toBe(files.openrc);
  });
});

test('a file where neither way works', async () => {
  const session = await enter(await machine({ commands: 'forced', sftp: false, files: { openrc: '' } }));
  await expectFailure(session.readFile('openrc'), 'COMMAND_REFUSED', /runs no command/);
});

test.each(['odd', 'ends'] as const)('a file of SFTP that %s', async (sftp) => {
  const session = await enter(await machine({ commands: 'forced', sftp }));
  await expectFailure(session.readFile('openrc'), 'FILE_UNREADABLE', /openrc: SFTP failed/);
  expect(session.ended.aborted).toBe(false);
});
