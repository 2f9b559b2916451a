import { describe, expect, test } from 'vitest';
import { Comparison } from './compare.js';
import { readSteps } from './steps.js';

const ID = '3824a087-145a-4ed5-8130-50321bbc3898';
const OTHER = '00000000-145a-4ed5-8130-50321bbc3898';

test('commands, their further lines and their output are read from the blocks of a section', () => {
  const markdown = [
    '## One',
    '```console',
    '$ first \\',
    '    --more',
    'shown',
    '',
    'below',
    '',
    '$ second',
    '```',
    'text',
    '```console',
    '$ third',
    '```',
    '```ts',
    '$ no command',
    '```',
    '## Two',
    '```console',
    '$ fourth',
    '```',
  ].join('\n');
  expect(readSteps(markdown, 'One')).toEqual([
    { command: 'first \\\n    --more', output: 'shown\n\nbelow' },
    { command: 'second', output: '' },
    { command: 'third', output: '' },
  ]);
  expect(() => readSteps(markdown, 'Three')).toThrow('Three');
});

describe('what is shown', () => {
  test.each([
    [`{"id":"${ID}","port":1}`, `{"id":"${OTHER}","port":1}`],
    ['{"token":"eyJhbG…","code":200}', '{"token":"eyJhbGciOi.e30.c2ln","code":200}'],
    ['{"refresh_token":"pk0Dq2…"}', '{"refresh_token":"abcdefghijklmnopqrstuvwx"}'],
    ['{"createdAt":"2026-11-22 00:56:37"}', '{"createdAt":"2030-01-01 10:00:00"}'],
    ['...\nready at (x)', 'one\ntwo\nready at (x)'],
  ])('%j is %j', (shown, actual) => {
    expect(new Comparison().matches(shown, actual)).toBe(true);
  });

  test.each([
    [`{"id":"${ID}","port":1}`, `{"id":"${OTHER}","port":2}`],
    [`{"id":"${ID}"}`, '{"id":"1"}'],
    [`{"id":"${ID}"}`, `{"id":"${ID}","more":1}`],
    ['{"token":"eyJhbG…"}', '{"token":"eyJ0eXAi.e30.c2ln"}'],
    ['{"token":"eyJhbG…"}', '{"token":"eyJhbGciOi"}'],
    ['{"createdAt":"2026-11-22 00:56:37"}', '{"createdAt":"2030-01-01T10:00:00Z"}'],
    ['HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found'],
    ['a.c', 'abc'],
    ['', 'something'],
  ])('%j is not %j', (shown, actual) => {
    expect(new Comparison().matches(shown, actual)).toBe(false);
  });

  test('is known afterwards', () => {
    const comparison = new Comparison();
    comparison.matches(
      'Log in with the password cy9n6m4hpwcBr3c5wqNG (once)',
      'Log in with the password AAAAABBBBBCCCCCDDDDD (once)',
    );
    comparison.matches(`{"id":"${ID}"}`, `{"id":"${OTHER}"}`);
    expect(comparison.fill(`curl ${ID} -p cy9n6m4hpwcBr3c5wqNG`)).toBe(
      `curl ${OTHER} -p AAAAABBBBBCCCCCDDDDD`,
    );
  });
});
