import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Program, runToEnd, startProcess } from '../support/process.js';
import { send } from '../support/rest.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-package-'));
  const elsewhere = join(folder, 'Büro 1');
  let archive = '';
  const inFolder = (...command: Program['command']): Program => ({ command, folder: elsewhere });

  beforeAll(() => {
    mkdirSync(elsewhere);
    execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: ['ignore', 'pipe', 2] });
    // As it is typed: npx would execute a file that it is given by its whole path.
    archive = `../${readdirSync(folder).find((name) => name.endsWith('.tgz'))}`;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has what is built and what starts it, and nothing of what made or tested it', () => {
    const files = execFileSync('tar', ['-tf', archive], { cwd: elsewhere, encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
    const tops = new Set(files.map((file) => file.split('/').slice(0, 2).join('/')));
    expect([...tops].toSorted()).toEqual([
      'package/.deploy',
      'package/README.md',
      'package/dist',
      'package/npm-shrinkwrap.json',
      'package/package.json',
    ]);
    expect(files).toContain('package/.deploy/isthmus');
    expect(files).toContain('package/dist/main.js');
    expect(files).toContain('package/dist/openapi/modelarts.json');
    expect(files.filter((file) => /\.(ts|map)$|\/\.(stamp|compiled)/.test(file))).toEqual([]);
    expect(readdirSync(ROOT)).not.toContain('npm-shrinkwrap.json');
  });

  test('starts by npx, in production, with its own Node and the packages that were tested', async () => {
    const npx = inFolder('npx', '--yes', archive);
    expect(await runToEnd({}, ['--version'], npx)).toMatchObject({ code: 0 });
    const server = await startProcess({ DATA_DIR: './data' }, npx);
    onTestFinished(
      async () => void (await server.end('SIGKILL', -(server.process.pid ?? 0)).catch(() => undefined)),
    );
    for (const path of ['/readyz', '/', '/docs', '/docs/assets/site.css', '/playground', '/openapi.json'])
      expect([path, (await send(`${server.url}${path}`)).status]).toEqual([path, 200]);
    expect(readdirSync(elsewhere)).toEqual(['data']);
    // As a terminal's Ctrl-C: npx ends by itself, and the output with the server.
    await server.end('SIGTERM', -(server.process.pid ?? 0));
    expect(server.output()).toContain('"msg":"stopped"');
  });

  test('is installed without what development needs', async () => {
    const prefix = join(folder, 'installed');
    const install = inFolder('npm', 'install', '--global', '--prefix', prefix, archive);
    expect(await runToEnd({}, [], install)).toMatchObject({ code: 0 });
    const packages = readdirSync(join(prefix, 'lib/node_modules/isthmus/node_modules'));
    expect(packages).toContain('node');
    expect(packages).not.toContain('typescript');
    expect(packages).not.toContain('vitest');
    const help = await runToEnd({}, ['--help'], inFolder(join(prefix, 'bin/isthmus')));
    expect(help).toMatchObject({ code: 0 });
    expect(help.output).toContain('BASE_PATH');
  });
});
