import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { announcedBreaks, compareVersions, isAnnounced, releasesIn } from './changelog.js';
import { graphqlBreaks } from './graphql.js';
import { type Document, openApiBreaks } from './openapi.js';

const ROOT = resolve(import.meta.dirname, '../..');
const RELEASED = join(ROOT, 'test/released');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

const releases = readdirSync(RELEASED).toSorted(compareVersions);
const last = releases.at(-1) ?? '';
const changelog = read('.github/CHANGELOG.md');
const documents = readdirSync(join(RELEASED, last, 'openapi'));
const contracts = ['graphql', ...documents.map((name) => name.replace('.json', ''))];
const announced = announcedBreaks(changelog, last, contracts);

function breaks(): string[] {
  const compared = documents.flatMap((name) => {
    const [before, after] = [`test/released/${last}`, 'schema'].map(
      (folder) => JSON.parse(read(folder, 'openapi', name)) as Document,
    );
    if (!before || !after) return [];
    return openApiBreaks(before, after).map((line) => `${name.replace('.json', '')} ${line}`);
  });
  const graphql = graphqlBreaks(read(`test/released/${last}/schema.graphql`), read('schema/schema.graphql'));
  return [...graphql.map((line) => `graphql ${line}`), ...compared];
}

const found = breaks();

test(`schema/ takes nothing away of what ${last} offered, but for what the changelog's "Migration to" names`, () => {
  const unannounced = found.filter((line) => !announced.some((span) => isAnnounced(line, span)));
  expect(unannounced).toEqual([]);
});

test('the changelog names no break that is none', () => {
  expect(announced.filter((span) => !found.some((line) => isAnnounced(line, span)))).toEqual([]);
});

test('what each release in the changelog offered is kept, and the newest is the version of the package', () => {
  expect(releasesIn(changelog)).toEqual(releases.toReversed());
  expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(last);
});
