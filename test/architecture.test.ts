import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLOW_TESTS } from '../.config/slowTests.js';

const SRC = resolve(import.meta.dirname, '../src');
const DOMAIN_ORDER = [
  'identity',
  'platforms',
  'modelarts',
  'edge',
  'images',
  'apps',
  'deployments',
  'datacenters',
  'yamlgen',
  'jobs',
];
/** What every domain says of itself. */
const CONTRACT = ['domains/module.ts', 'domains/jobKind.ts'];
const MAX_LINES = 400;
const MAX_MEDIAN = 100;

interface Import {
  /** Below src, such as `rest/kit/mount.ts`. */
  from: string;
  to: string;
  typeOnly: boolean;
}

interface SourceFile {
  name: string;
  text: string;
  imports: Import[];
  packages: string[];
}

const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

/** The file that a specifier means; sources name each other as they are built. */
function resolveOwn(from: string, specifier: string): string {
  const to = relative(SRC, resolve(SRC, dirname(from), specifier));
  const known = ['.ts', '.tsx'].map((ending) => to.replace(/\.js$/, ending));
  return known.find((name) => existsSync(join(SRC, name))) ?? to;
}

function read(name: string): SourceFile {
  const text = readFileSync(join(SRC, name), 'utf8');
  const found = [...text.matchAll(IMPORT)].map(([, type, plain, dynamic]) => ({
    specifier: plain ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
  const own = found.filter(({ specifier }) => specifier.startsWith('.'));
  return {
    name,
    text,
    packages: found.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith('.')),
    imports: own.map(({ specifier, typeOnly }) => ({
      from: name,
      to: resolveOwn(name, specifier),
      typeOnly,
    })),
  };
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map(read);
const imports = files.flatMap((file) => file.imports);

/** What stands directly below src, and the commands, which put the program together as the process is asked to. */
const isComposition = (name: string) => !name.includes('/') || name.startsWith('commands/');
const layerOf = (name: string) => (isComposition(name) ? 'composition' : name.slice(0, name.indexOf('/')));
const folderOf = (name: string) => name.split('/').slice(0, 2).join('/');
const isFace = (name: string) => /^domains\/[^/]+\/index\.ts$/.test(name);
const show = ({ from, to }: Import) => `${from} -> ${to}`;

/** Imports of files below `folder` that reach outside what is allowed. */
function offenders(folder: string, isAllowed: (to: string, found: Import) => boolean): string[] {
  return imports
    .filter(({ from, to }) => from.startsWith(folder) && !to.startsWith(folder))
    .filter((found) => !isAllowed(found.to, found))
    .map(show);
}

const isBelow = (...folders: string[]) => {
  const prefixes = folders.map((folder) => `${folder}/`);
  return (to: string) => prefixes.some((prefix) => to.startsWith(prefix));
};
const inKernel = isBelow('kernel');
/** What everybody may use: what does nothing by itself, the log, and names' addresses. */
const inGround = isBelow('kernel', 'log', 'net');
const settings = (to: string, { typeOnly }: Import) => to === 'config/settings.ts' && typeOnly;

/** Where statements are text, each with its reason; whatever else reads or writes goes through entities, or is typed from them. */
const SQL_FILES = [
  'domains/datacenters/inventory/change.service.ts',
  'domains/datacenters/inventory/intake/changeRecord.service.ts',
  'domains/datacenters/inventory/intake/derivedRows.service.ts',
  'domains/datacenters/inventory/intake/intake.service.ts',
  'domains/datacenters/inventory/intake/swap.service.ts',
  'domains/datacenters/inventory/virtualMachine.text.ts',
  'domains/datacenters/inventory/virtualMachineList.service.ts',
  'domains/edge/labels/nodeLabelCount.service.ts',
  'domains/edge/nodes/nodeIntake.service.ts',
  'domains/edge/nodes/nodeList.service.ts',
  'domains/edge/watching/lease.service.ts',
  'domains/identity/attemptLimit.ts',
  'domains/identity/nameLooks.ts',
  'domains/identity/retention.service.ts',
  'domains/identity/session.service.ts',
];
const SQL = /\bsql(?:<[^`]*>)?`|\bdatabase\.query\(|\bem\.execute\(|\braw\(/;
const STATEMENT = /[`']\s*(?:select|insert|update|delete|with)\s/;

/** The first lines of statements without a comment, in the same paragraph, that says why they are text. */
function unexplained(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .filter((paragraph) => STATEMENT.test(paragraph))
    .filter((paragraph) => {
      const comments = [...paragraph.matchAll(/^ *(?:\/\/|\/?\*+) ?(.*)$/gm)].map(([, words]) => words);
      return !comments.join(' ').includes('SQL, since ');
    })
    .map((paragraph) => paragraph.slice(paragraph.search(STATEMENT) + 1).trim())
    .map((statement) => statement.slice(0, statement.search(/\n|$/)));
}

describe('who may import whom', () => {
  test('1: kernel imports nothing of ours, log, net and config only kernel, database kernel, log and config', () => {
    expect(offenders('kernel/', () => false)).toEqual([]);
    expect(offenders('log/', inKernel)).toEqual([]);
    expect(offenders('net/', inKernel)).toEqual([]);
    expect(offenders('config/', inKernel)).toEqual([]);
    expect(offenders('database/', isBelow('kernel', 'log', 'config'))).toEqual([]);
  });

  test('2: a domain imports kernel, log, database, openapi, settings as types, what every domain says of itself, and the faces of earlier domains', () => {
    for (const [index, domain] of DOMAIN_ORDER.entries()) {
      const earlier = DOMAIN_ORDER.slice(0, index).map((name) => `domains/${name}/index.ts`);
      const shared = [...CONTRACT, ...earlier];
      const found = offenders(`domains/${domain}/`, (to, { typeOnly }) => {
        if (isBelow('kernel', 'log', 'database', 'openapi')(to) || shared.includes(to)) return true;
        return to === 'config/settings.ts' && typeOnly;
      });
      expect(found).toEqual([]);
    }
    const known = [...CONTRACT, ...DOMAIN_ORDER.map((name) => `domains/${name}`)];
    expect(
      files.filter(({ name }) => layerOf(name) === 'domains' && !known.includes(folderOf(name))),
    ).toEqual([]);
    for (const file of CONTRACT) {
      const isAllowed = (to: string, { typeOnly }: Import) =>
        typeOnly && (CONTRACT.includes(to) || isBelow('kernel', 'log', 'database', 'config')(to));
      expect(offenders(file, isAllowed)).toEqual([]);
    }
  });

  test('3: a connector imports kernel, net, openapi and, as types, ports; of other connectors openstack alone uses ssh', () => {
    const connectors = new Set(
      files.map(({ name }) => folderOf(name)).filter((folder) => folder.startsWith('connectors/')),
    );
    for (const connector of connectors) {
      const found = offenders(`${connector}/`, (to, { typeOnly }) => {
        if (isBelow('kernel', 'net', 'openapi')(to) || (to.endsWith('.port.ts') && typeOnly)) return true;
        return connector === 'connectors/openstack' && to.startsWith('connectors/ssh/');
      });
      expect(found).toEqual([]);
    }
  });

  test('4: rest systems import the kit, kernel and faces; the kit imports kernel and log, site kernel', () => {
    expect(offenders('rest/kit/', isBelow('kernel', 'log'))).toEqual([]);
    expect(offenders('site/', inKernel)).toEqual([]);
    const systems = new Set(
      files
        .filter(({ name }) => layerOf(name) === 'rest' && folderOf(name) !== 'rest/kit')
        .map(({ name }) => `${folderOf(name)}/`),
    );
    expect(systems.size).toBeGreaterThan(2);
    for (const system of systems) {
      expect(offenders(system, (to) => inKernel(to) || isFace(to) || to.startsWith('rest/kit/'))).toEqual([]);
    }
  });

  test('5: graphql imports the ground and faces, http the ground and config, transmit the ground and the faces of identity and platforms', () => {
    const graphql = (to: string) => inGround(to) || isFace(to) || CONTRACT.includes(to);
    expect(offenders('graphql/', (to, found) => graphql(to) || settings(to, found))).toEqual([]);
    const faces = [...CONTRACT, 'domains/identity/index.ts', 'domains/platforms/index.ts'];
    expect(offenders('http/', (to) => inGround(to) || to.startsWith('config/'))).toEqual([]);
    expect(
      offenders('transmit/', (to, found) => inGround(to) || faces.includes(to) || settings(to, found)),
    ).toEqual([]);
  });

  test('6: nothing imports the composition', () => {
    const found = imports.filter(
      ({ from, to }) => layerOf(from) !== 'composition' && layerOf(to) === 'composition',
    );
    expect(found.map(show)).toEqual([]);
  });

  test('7: process.env only in config; entity managers only in services, references, context and database; Express only at the edge', () => {
    const edge =
      /^(site\/|http\/(operations|lastResorts)\.ts|rest\/kit\/|rest\/[^/]+\/dialect\.ts|graphql\/(server|http)\.ts)/;
    const namesOf = (found: SourceFile[]) => found.map(({ name }) => name);
    const outside = (layer: string) => files.filter(({ name }) => layerOf(name) !== layer);
    const manager = /\.(service|reference)\.ts$|^kernel\/context\.ts$/;
    expect(namesOf(outside('config').filter(({ text }) => text.includes('process.env')))).toEqual([]);
    expect(
      namesOf(
        outside('database').filter(({ name, text }) => /\bEntityManager\b/.test(text) && !manager.test(name)),
      ),
    ).toEqual([]);
    expect(
      namesOf(
        outside('composition').filter(
          ({ name, packages }) => packages.includes('express') && !edge.test(name),
        ),
      ),
    ).toEqual([]);
  });

  test('8: no relation crosses a domain folder', () => {
    for (const file of files.filter(({ name }) => name.endsWith('.entity.ts'))) {
      const entities = file.imports.filter(({ to }) => to.endsWith('.entity.ts') || isFace(to));
      expect(entities.filter(({ to }) => folderOf(to) !== folderOf(file.name)).map(show)).toEqual([]);
    }
  });

  test(`9: a file has at most ${MAX_LINES} lines, the median at most ${MAX_MEDIAN}`, () => {
    const lines = files.map(({ name, text }) => ({ name, count: text.split('\n').length - 1 }));
    expect(lines.filter(({ count }) => count > MAX_LINES)).toEqual([]);
    const sorted = lines.map(({ count }) => count).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN);
  });

  test('10: no circles of files', () => {
    const targets = Map.groupBy(imports, ({ from }) => from);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (name: string, way: readonly string[]): void => {
      if (way.includes(name)) circles.push([...way.slice(way.indexOf(name)), name].join(' -> '));
      if (done.has(name)) return;
      done.add(name);
      for (const { to } of targets.get(name) ?? []) visit(to, [...way, name]);
    };
    for (const { name } of files) visit(name, []);
    expect(circles).toEqual([]);
  });

  test('11: inputs, filters, orders and arguments of lists are made in kernel alone, from schemas and fields', () => {
    const makers = /\b(InputType|ArgsType|connectionOf)\b/;
    const outside = files.filter(({ name, text }) => layerOf(name) !== 'kernel' && makers.test(text));
    expect(outside.map(({ name }) => name)).toEqual([]);
    const inKernelAlone = files.filter(({ text }) => makers.test(text));
    expect(inKernelAlone.length).toBeGreaterThan(0);
  });

  test('12: SQL stands in the database layer and in few files besides, where each statement says why', () => {
    const found = files.filter(({ name, text }) => layerOf(name) !== 'database' && SQL.test(text));
    expect(found.map(({ name }) => name).toSorted()).toEqual(SQL_FILES);
    expect(found.filter(({ text }) => !STATEMENT.test(text)).map(({ name }) => name)).toEqual([]);
    const silent = found.map(({ name, text }) => ({ name, statements: unexplained(text) }));
    expect(silent.filter(({ statements }) => statements.length > 0)).toEqual([]);
  });

  test('12 sees a statement without a reason', () => {
    const plain = 'async end() {\n  await rowsOf(em, sql`delete from "users"\n    where true`);\n}';
    const other = '// SQL, since it locks.\nconst A = `\n  with a as (select 1)`;';
    expect(unexplained(`${other}\n\n/** Ends all. */\n${plain}`)).toEqual(['delete from "users"']);
    expect(unexplained(`/** Ends all. SQL,\n * since it locks. */\n${plain}\n\n${other}`)).toEqual([]);
    expect(unexplained("const B = 'SQL, since ';\nconst C = 'select 1';")).toEqual(["select 1';"]);
  });

  test('13: openapi imports kernel alone', () => {
    expect(offenders('openapi/', inKernel)).toEqual([]);
  });

  test('14: telemetry alone knows OpenTelemetry; it imports kernel and log, and the composition loads it where it is asked for', () => {
    const inGroundOfTelemetry = isBelow('kernel', 'log');
    expect(offenders('telemetry/', (to, found) => inGroundOfTelemetry(to) || settings(to, found))).toEqual(
      [],
    );
    const users = files.filter(({ packages }) => packages.some((name) => name.startsWith('@opentelemetry/')));
    expect(users.filter(({ name }) => layerOf(name) !== 'telemetry')).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
    const loading = files.filter(
      ({ name, text }) => layerOf(name) !== 'telemetry' && text.includes('/telemetry/'),
    );
    expect(loading.map(({ name }) => name)).toEqual(['app.ts']);
    expect(loading[0]?.text).not.toMatch(/from '[^']*telemetry/);
  });
});

test('each slow test is a file, named once and in order', () => {
  expect(SLOW_TESTS.filter((name) => !existsSync(resolve(SRC, '..', name)))).toEqual([]);
  expect(SLOW_TESTS).toEqual([...new Set(SLOW_TESTS)].toSorted());
});
