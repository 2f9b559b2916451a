import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarbor } from '../../../src/connectors/harbor/index.js';
import type {
  ImageRegistry,
  RegistryAccount,
  RegistryQuery,
} from '../../../src/domains/images/imageRegistry.port.js';
import { SortDirection } from '../../../src/kernel/pages.js';

export interface RegistryLab {
  url: string;
  administrator: RegistryAccount;
  /** Pushes an image under tags; several architectures make an index. */
  push: (
    as: RegistryAccount,
    name: string,
    tags: string[],
    options?: { text?: string; architectures?: string[] },
  ) => Promise<void>;
}

const PASSWORD = 'Conformance-1';
const { signal } = new AbortController();

const query = (more: Partial<RegistryQuery> = {}): RegistryQuery => ({
  by: 'id',
  direction: SortDirection.ASC,
  page: 1,
  pageSize: 100,
  ...more,
});

/** What holds for every Harbor. It leaves its users, and no projects. */
export function describeRegistry(name: string, labOf: () => Promise<RegistryLab>): void {
  describe(`the port of image registries on ${name}`, { timeout: 60_000 }, () => {
    const mark = `c${randomUUID().slice(0, 8)}`;
    const owner: RegistryAccount = { user: `${mark}-owner`, password: PASSWORD };
    const other: RegistryAccount = { user: `${mark}-other`, password: PASSWORD };
    /** In the order of their making, and of their names. */
    const names = [`${mark}-a`, `${mark}-b`, `${mark}-c`];
    /** Which Harbor takes for an id where it is not told otherwise. */
    const digits = String(Date.now());
    const image = `${mark}-a/team/app`;
    let lab: RegistryLab;
    let registry: ImageRegistry;

    beforeAll(async () => {
      lab = await labOf();
      registry = createHarbor({ url: lab.url, viaName: 'conformance' });
      for (const account of [owner, other]) await registry.createUser(lab.administrator, account, signal);
      for (const project of names)
        await registry.createProject(owner, { name: project, isPublic: project.endsWith('b') }, signal);
      await registry.createProject(owner, { name: digits, isPublic: false }, signal);
      await lab.push(owner, image, ['v1', 'latest']);
      await lab.push(owner, image, ['v2'], { architectures: ['amd64', 'arm64'] });
      await lab.push(owner, `${mark}-a/plain`, ['v1']);
      await lab.push(owner, `${mark}-b/shown`, ['v1']);
    });

    afterAll(async () => {
      for (const project of [...names, digits]) {
        const { items } = await registry.listRepositories(owner, project, query(), signal);
        for (const item of items) await registry.deleteRepository(owner, item.name, signal);
        const { id } = await registry.getProject(owner, project, signal);
        await registry.deleteProject(owner, id, signal);
      }
    });

    const idOf = async (project: string) => (await registry.getProject(owner, project, signal)).id;

    test('an account is known by its password alone', async () => {
      const found = await registry.identify(owner, signal);
      expect(found?.userId).toBeGreaterThan(0);
      expect(await registry.identify({ ...owner, password: 'Wrong-Pass-1' }, signal)).toBeNull();
      expect(await registry.identify({ ...owner, user: `${mark}-nobody` }, signal)).toBeNull();
    });

    test('a user is made once, by an administrator, with a good password', async () => {
      const { administrator } = lab;
      await expect(registry.createUser(administrator, owner, signal)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      const weak = { user: `${mark}-weak`, password: 'weak' };
      await expect(registry.createUser(administrator, weak, signal)).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
      const third = { user: `${mark}-third`, password: PASSWORD };
      await expect(registry.createUser(other, third, signal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    test('a password is changed to another one', async () => {
      const changing = { user: `${mark}-changing`, password: PASSWORD };
      await registry.createUser(lab.administrator, changing, signal);
      const userId = (await registry.identify(changing, signal))?.userId ?? 0;
      await expect(registry.changePassword(changing, userId, PASSWORD, signal)).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
      await registry.changePassword(changing, userId, `${PASSWORD}2`, signal);
      expect(await registry.identify({ ...changing, password: `${PASSWORD}2` }, signal)).toEqual({ userId });
    });

    test('a project is found by its id and its name, also of digits', async () => {
      const found = await registry.getProject(owner, `${mark}-b`, signal);
      expect(found).toMatchObject({ name: `${mark}-b`, isPublic: true, imageCount: 1 });
      expect(found.createdAt).toBeInstanceOf(Date);
      expect(await registry.getProject(owner, found.id, signal)).toEqual(found);
      expect(await registry.getProject(owner, digits, signal)).toMatchObject({
        name: digits,
        isPublic: false,
      });
      const taken = registry.createProject(other, { name: `${mark}-a`, isPublic: false }, signal);
      await expect(taken).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('a project that is not there is told from one that is not to be seen', async () => {
      for (const as of [owner, lab.administrator])
        await expect(registry.getProject(as, `${mark}-missing`, signal)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
      const missing = registry.listRepositories(owner, `${mark}-missing`, query(), signal);
      await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(registry.getProject(other, `${mark}-a`, signal)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      const id = await idOf(`${mark}-a`);
      await expect(registry.getProject(other, id, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const odd = registry.listRepositories(owner, '../users', query(), signal);
      await expect(odd).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('lists of projects go on from any key, both ways', async () => {
      const all = { nameContains: mark };
      const read = async (more: Partial<RegistryQuery>) => {
        const found = await registry.listProjects(owner, query({ ...all, ...more }), signal);
        return [found.items.map((project) => project.name), found.total];
      };
      const [first, , last] = names;
      const second = await idOf(`${mark}-b`);
      expect(await read({})).toEqual([names, 3]);
      expect(await read({ direction: SortDirection.DESC, pageSize: 1, page: 3 })).toEqual([[first], 3]);
      expect(await read({ from: second })).toEqual([names.slice(1), 2]);
      expect(await read({ from: second, direction: SortDirection.DESC, pageSize: 1 })).toEqual([
        [names[1]],
        2,
      ]);
      expect(await read({ pageSize: 2, page: 9 })).toEqual([[], 3]);
      expect(await read({ nameContains: `${mark}-B` })).toEqual([[names[1]], 1]);
      expect(await read({ nameContains: 'a,b' })).toEqual([[], 0]);
      expect(await read({ isPublic: true })).toEqual([[names[1]], 1]);
      const byName = query({ by: 'name', from: last, pageSize: 1 });
      expect((await registry.listProjects(owner, byName, signal)).items).toMatchObject([{ name: last }]);
      const byNameBack = query({ by: 'name', from: first, pageSize: 1, direction: SortDirection.DESC });
      expect((await registry.listProjects(owner, byNameBack, signal)).items).toMatchObject([{ name: first }]);
      const tooMany = registry.listProjects(owner, query({ pageSize: 101 }), signal);
      await expect(tooMany).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });

    test('repositories have slashes in their names, and are found by them', async () => {
      const { items, total } = await registry.listRepositories(owner, `${mark}-a`, query(), signal);
      expect(items.map((item) => item.name)).toEqual([image, `${mark}-a/plain`]);
      expect(total).toBe(2);
      const found = await registry.getRepository(owner, image, signal);
      expect(found).toEqual(items[0]);
      expect(found.artifactCount).toBe(2);
      const named = await registry.listRepositories(
        owner,
        `${mark}-a`,
        query({ nameContains: 'team/' }),
        signal,
      );
      expect(named.items.map((item) => item.name)).toEqual([image]);
      const none = await registry.listRepositories(owner, `${mark}-c`, query(), signal);
      expect(none).toEqual({ items: [], total: 0 });
      const missing = ['x', `${mark}-a/none`, `${mark}-a/../x`, `${mark}-missing/x`, `${mark}-a/team%2Fapp`];
      for (const each of missing)
        await expect(registry.getRepository(owner, each, signal)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
    });

    test('tags tell what they name', async () => {
      const { tags, next } = await registry.listTags(owner, image, 0, signal);
      expect(next).toBeNull();
      const byName = new Map(tags.map((tag) => [tag.name, tag]));
      expect([...byName.keys()].toSorted()).toEqual(['latest', 'v1', 'v2']);
      const [v1, latest, v2] = ['v1', 'latest', 'v2'].map((tag) => byName.get(tag));
      expect(v1?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(latest?.digest).toBe(v1?.digest);
      expect(v1).toMatchObject({ architecture: 'amd64', operatingSystem: 'linux', isImmutable: false });
      expect(v1?.size).toBeGreaterThan(0);
      expect(v2?.architecture.split(', ').toSorted()).toEqual(['amd64', 'arm64']);
      expect(v1?.createdAt).toBeInstanceOf(Date);
      expect(v1?.pushedAt).toBeInstanceOf(Date);
      expect(v1?.pulledAt).toBeNull();
      expect(await registry.getTag(owner, image, 'v1', signal)).toEqual(v1);
      expect(await registry.listTags(owner, `${mark}-a/none`, 0, signal)).toEqual({ tags: [], next: null });
      for (const each of ['v9', '..', 'a/b'])
        await expect(registry.getTag(owner, image, each, signal)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
    });

    test('one tag is deleted without the others of the same artifact', async () => {
      await lab.push(owner, `${mark}-a/tagged`, ['one', 'two']);
      await registry.deleteTag(owner, `${mark}-a/tagged`, 'one', signal);
      const { tags } = await registry.listTags(owner, `${mark}-a/tagged`, 0, signal);
      expect(tags.map((tag) => tag.name)).toEqual(['two']);
      const again = registry.deleteTag(owner, `${mark}-a/tagged`, 'one', signal);
      await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('what others own is seen where it is public, and not changed', async () => {
      const shown = `${mark}-b/shown`;
      expect(await registry.getRepository(other, shown, signal)).toMatchObject({ name: shown });
      const id = await idOf(`${mark}-b`);
      expect((await registry.permissionsIn(owner, id, signal)).has('repository:delete')).toBe(true);
      expect((await registry.permissionsIn(owner, id, signal)).has('tag:delete')).toBe(true);
      expect((await registry.permissionsIn(other, id, signal)).has('repository:delete')).toBe(false);
      await expect(registry.whyUndeletable(other, id, signal)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      for (const change of [
        registry.deleteRepository(other, shown, signal),
        registry.deleteTag(other, shown, 'v1', signal),
        registry.deleteProject(other, id, signal),
      ])
        await expect(change).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    test('a project is deleted when it has no images', async () => {
      const id = await idOf(`${mark}-a`);
      expect(await registry.whyUndeletable(owner, id, signal)).toMatch(/repositor/);
      await expect(registry.deleteProject(owner, id, signal)).rejects.toMatchObject({ code: 'CONFLICT' });
      await registry.createProject(owner, { name: `${mark}-gone`, isPublic: false }, signal);
      const gone = await idOf(`${mark}-gone`);
      expect(await registry.whyUndeletable(owner, gone, signal)).toBeNull();
      await registry.deleteProject(owner, gone, signal);
      await expect(registry.getProject(owner, gone, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
