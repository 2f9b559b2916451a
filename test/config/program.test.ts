import { expect, test } from 'vitest';
import { checkProgram } from '../../src/config/program.js';

test.each(['', 'helm', process.execPath])('HELM_BIN=%s may be a program', (HELM_BIN) => {
  expect(() => checkProgram({ HELM_BIN })).not.toThrow();
});

test.each([
  ['/nowhere/helm', 'HELM_BIN /nowhere/helm cannot be run: there is no such file or folder'],
  [import.meta.dirname, `HELM_BIN ${import.meta.dirname} cannot be run: it is no file`],
  [import.meta.filename, `HELM_BIN ${import.meta.filename} cannot be run: this user may not`],
])('HELM_BIN=%s is refused', (HELM_BIN, message) => {
  expect(() => checkProgram({ HELM_BIN })).toThrow(message);
});
