import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, ote } from '../support/people.js';
import { query } from '../support/server.js';
import { type ImageWorld, graph, newPusher, startImages } from './support.js';

/** More than Harbor gives at once, in three pages. */
const MANY = 230;

let world: ImageWorld;
let person: Person;
let other: Person;
const ownTeam = () => {
  world.harbor.store.clear();
  world.harbor.store.addProject('team', person.name);
};
beforeAll(async () => {
  world = await startImages();
  [person, other] = [await newPusher(world), await newPusher(world)];
});
afterAll(() => world.stop());
beforeEach(() => {
  world.harbor.heal();
  ownTeam();
});

const call = (method: string, path: string, body?: object, token = person.token) =>
  ote(world.server, method, `/repository${path}`, token, body);

const numbered = (index: number) => `app-${String(index).padStart(3, '0')}`;
const pushMany = () => {
  for (let index = 0; index < MANY; index += 1) world.harbor.store.push(`team/${numbered(index)}`, ['v1']);
};
const allNames = Array.from({ length: MANY }, (_, index) => `team/${numbered(index)}`);

interface Image {
  imageName: string;
}

describe('numbered pages', () => {
  const names = async (search: string) => {
    const { data, total } = await call('GET', `/image?projectName=team&${search}`);
    return { names: (data as Image[]).map(({ imageName }) => imageName), total };
  };

  test('go beyond what the image repository gives at once, each way', async () => {
    pushMany();
    const latest = allNames.toReversed();
    expect(await names('')).toEqual({ names: latest.slice(0, 10), total: MANY });
    expect(await names('pageSize=0')).toEqual({ names: latest, total: MANY });
    expect(await names('pageSize=0&order=asc')).toEqual({ names: allNames, total: MANY });
    expect(await names('pageSize=0&page=2')).toEqual({ names: [], total: MANY });
    expect(await names('order=asc&pageSize=150&page=2')).toEqual({ names: allNames.slice(150), total: MANY });
    expect(await names('order=asc&pageSize=120')).toEqual({ names: allNames.slice(0, 120), total: MANY });
    expect(await names('order=asc&pageSize=101&page=3')).toEqual({ names: allNames.slice(202), total: MANY });
    expect(await names('pageSize=100&page=9')).toEqual({ names: [], total: MANY });
    expect(await names('imageName=app-22&order=asc&pageSize=0')).toEqual({
      names: allNames.slice(220),
      total: 10,
    });
    expect(await names('imageName=nothing%2Csuch')).toEqual({ names: [], total: 0 });
  });

  test('are of the documented form', async () => {
    world.harbor.store.push('team/deep/app', ['v1', 'v2']);
    const host = new URL(world.harbor.url).host;
    const { data } = await call('GET', '/image?projectName=team');
    expect(data).toEqual([
      {
        projectName: 'team',
        public: false,
        imageName: 'team/deep/app',
        imageAddress: `${host}/team/deep/app`,
        createTime: expect.any(Number) as number,
        updateTime: expect.any(Number) as number,
      },
    ]);
    const [{ createTime = 0 } = {}] = data as { createTime?: number }[];
    expect(new Date(createTime * 1000).getUTCFullYear()).toBe(2026);
    const tags = await call('GET', '/image/tag?imageName=team/deep/app&pageSize=1&page=2');
    expect(tags).toMatchObject({ total: 2, data: [{ tag: 'v2', imageAddress: `${host}/team/deep/app` }] });
  });

  test.each([
    ['/image', 'projectName'],
    ['/image?projectName=team&orderBy=name', 'orderBy'],
    ['/image?projectName=team&order=up', 'order'],
    ['/image?projectName=team&page=0', 'page'],
    ['/image?projectName=team&pageSize=x', 'pageSize'],
    ['/image/tag', 'imageName'],
    ['/project?public=maybe', 'public'],
  ])('%s is a bad parameter', async (path, field) => {
    const refused = await call('GET', path);
    expect(refused).toMatchObject({
      status: 400,
      code: 400,
      message: expect.stringContaining(field) as string,
    });
  });

  test('tell what is not there from what is not to be seen', async () => {
    expect((await call('GET', '/image?projectName=missing')).status).toBe(404);
    expect((await call('GET', '/image?projectName=..%2Fusers')).status).toBe(404);
    expect((await call('GET', '/image?projectName=team', undefined, other.token)).status).toBe(403);
    expect((await call('GET', '/image/tag?imageName=team/none')).status).toBe(404);
    expect((await call('GET', '/image/tag?imageName=team')).status).toBe(404);
  });

  test('of projects are filtered by what is public', async () => {
    world.harbor.store.addProject('shown', person.name, true);
    const listed = async (search: string) =>
      ((await call('GET', `/project?pageSize=0${search}`)).data as { projectName: string }[]).map(
        ({ projectName }) => projectName,
      );
    expect(await listed('')).toEqual(['library', 'team', 'shown']);
    expect(await listed('&public=true')).toEqual(['library', 'shown']);
    expect(await listed('&public=false')).toEqual(['team']);
    expect(await listed('&projectName=EA')).toEqual(['team']);
  });
});

describe('deleting', () => {
  beforeEach(() => {
    for (const name of ['team/a', 'team/b/c']) world.harbor.store.push(name, ['v1', 'v2'], { text: 'same' });
    world.harbor.store.addProject('empty', person.name);
  });
  const idOf = (name: string) => world.harbor.store.projects.find((each) => each.name === name)?.project_id;
  const writes = () => world.harbor.requests.filter((request) => request.startsWith('DELETE'));

  test.each([
    ['an image that is not there', '/image', () => ({ imageName: ['team/a', 'team/none'] }), 404],
    ['a tag that is not there', '/image/tag', () => ({ imageName: 'team/a', tag: ['v1', 'v9'] }), 404],
    ['an image of no project', '/image', () => ({ imageName: ['team/a', 'img1'] }), 404],
    ['a project that is not there', '/project', () => ({ projectId: [idOf('empty'), 999_999] }), 404],
    ['a project with images', '/project', () => ({ projectId: [idOf('empty'), idOf('team')] }), 409],
    ['nothing', '/image', () => ({ imageName: [] }), 400],
    ['a key that is none', '/project', () => ({ projectId: ['x'] }), 400],
  ])('%s deletes nothing', async (_what, path, body, status) => {
    const before = writes().length;
    expect(await call('DELETE', path, body())).toMatchObject({ status, code: status });
    expect(writes().length).toBe(before);
  });

  test('what others own is forbidden before anything is deleted', async () => {
    const store = world.harbor.store;
    store.addProject('theirs', other.name, true);
    store.push('theirs/x', ['v1']);
    const before = writes().length;
    expect((await call('DELETE', '/image', { imageName: ['team/a', 'theirs/x'] })).status).toBe(403);
    expect((await call('DELETE', '/image/tag', { imageName: 'theirs/x', tag: ['v1'] })).status).toBe(403);
    expect((await call('DELETE', '/project', { projectId: [idOf('empty'), idOf('theirs')] })).status).toBe(
      403,
    );
    expect(writes().length).toBe(before);
  });

  test('an immutable tag is kept with all others', async () => {
    world.harbor.store.push('team/a', ['fixed'], { immutable: true });
    const before = writes().length;
    const body = { imageName: 'team/a', tag: ['v1', 'fixed'] };
    expect(await call('DELETE', '/image/tag', body)).toMatchObject({ status: 409 });
    expect(writes().length).toBe(before);
  });

  test('a tag goes alone, an image with all of them', async () => {
    expect((await call('DELETE', '/image/tag', { imageName: 'team/a', tag: ['v1', 'v1'] })).status).toBe(200);
    expect(world.harbor.store.repository('team/a').artifacts[0]?.tags.map(({ name }) => name)).toEqual([
      'v2',
    ]);
    expect((await call('DELETE', '/image', { imageName: ['team/a', 'team/b/c'] })).status).toBe(200);
    expect((await call('DELETE', '/project', { projectId: [idOf('team'), idOf('empty')] })).status).toBe(200);
    expect(world.harbor.store.projects.map(({ name }) => name)).toEqual(['library']);
  });

  test('what breaks off in between says how far it came', async () => {
    world.harbor.break(500, /^DELETE .*team%252F|^DELETE .*b%252Fc/);
    const answer = await call('DELETE', '/image', { imageName: ['team/a', 'team/b/c'] });
    expect(answer).toMatchObject({
      status: 500,
      message: expect.stringMatching(/^1 of 2 were deleted/) as string,
    });
  });
});

test('a project is made once', async () => {
  const body = { projectName: 'calico', public: true };
  expect(await call('POST', '/project', body)).toMatchObject({ status: 200, code: 200, message: 'success' });
  expect((await call('POST', '/project', body)).status).toBe(409);
  for (const projectName of ['A', 'a b', '-a', 'a..b', ''])
    expect((await call('POST', '/project', { projectName, public: true })).status).toBe(400);
  expect((await call('POST', '/project', { projectName: 'b' })).status).toBe(400);
});

describe('the graph', () => {
  interface Names {
    nodes: { name: string }[];
    totalCount: number;
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  }
  const PAGE = 'nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
  const REPOSITORIES = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ImageRepositoryFilter, $orderBy: [ImageRepositoryOrder!]) {
    imageProjects(first: 1, filter: {name: {eq: "team"}}) { nodes {
      repositories(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) { ${PAGE} } } } }`;

  async function images(variables: object): Promise<Names> {
    const found = await graph<{ imageProjects: { nodes: { repositories: Names }[] } }>(
      world,
      person.token,
      REPOSITORIES,
      variables,
    );
    const [project] = found.imageProjects.nodes;
    if (!project) throw new Error('there is no such project');
    return project.repositories;
  }

  test.each([
    ['ID', 'ASC'],
    ['ID', 'DESC'],
    ['NAME', 'ASC'],
    ['NAME', 'DESC'],
  ])('pages by %s %s, forward and backward, hold each image once', async (field, direction) => {
    pushMany();
    const wanted = direction === 'ASC' ? allNames : allNames.toReversed();
    const orderBy = [{ field, direction }];
    const forward: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Names = await images({ first: 90, after, orderBy });
      forward.push(...page.nodes.map(({ name }) => name));
      ({ endCursor: after, hasNextPage: more } = page.pageInfo);
      expect(page.totalCount).toBe(MANY);
    }
    expect(forward).toEqual(wanted);
    const backward: string[] = [];
    for (let before: string | null = null, more = true; more;) {
      const page: Names = await images({ last: 90, before, orderBy });
      backward.unshift(...page.nodes.map(({ name }) => name));
      ({ startCursor: before, hasPreviousPage: more } = page.pageInfo);
    }
    expect(backward).toEqual(wanted);
  });

  test('a page stays right while images come and go', async () => {
    pushMany();
    const first = await images({ first: 3 });
    const store = world.harbor.store;
    store.repositories = store.repositories.filter(
      ({ name }) => !['team/app-000', 'team/app-002'].includes(name),
    );
    const next = await images({ first: 2, after: first.pageInfo.endCursor });
    expect(next.nodes.map(({ name }) => name)).toEqual(['team/app-003', 'team/app-004']);
  });

  test('filters are those of every list', async () => {
    pushMany();
    const filtered = async (filter: object) => {
      const { nodes, totalCount } = await images({ filter, first: 300 });
      expect(totalCount).toBe(nodes.length);
      return nodes.map(({ name }) => name);
    };
    expect(await filtered({ name: { startsWith: 'TEAM/app-22' } })).toEqual(allNames.slice(220));
    expect(await filtered({ name: { contains: 'pp-00' } })).toEqual(allNames.slice(0, 10));
    expect(await filtered({ name: { in: ['team/app-007', 'x'] } })).toEqual(['team/app-007']);
    expect(await filtered({ not: { name: { startsWith: 'team/app-0' } } })).toEqual(allNames.slice(100));
    const either = { or: [{ name: { eq: 'team/app-001' } }, { name: { eq: 'team/app-229' } }] };
    expect(await filtered(either)).toEqual(['team/app-001', 'team/app-229']);
    expect(await filtered({ artifactCount: { gt: 1 } })).toEqual([]);
    expect(await filtered({ pullCount: { lte: 0 }, createdAt: { gt: '2050-01-01T00:00:00Z' } })).toEqual([]);
  });

  test('a cursor of another order is refused', async () => {
    pushMany();
    const { pageInfo } = await images({ first: 1 });
    const { errors } = await query(world.server.url, REPOSITORIES, {
      token: person.token,
      variables: { first: 1, after: pageInfo.endCursor, orderBy: [{ field: 'NAME', direction: 'ASC' }] },
    });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('tags tell what they name', async () => {
    world.harbor.store.push('team/deep/app', ['v1'], { architectures: ['amd64', 'arm64'] });
    const { imageProjects } = await graph<{
      imageProjects: { nodes: { repositories: { nodes: object[] } }[] };
    }>(
      world,
      person.token,
      `{ imageProjects(first: 1, filter: {name: {eq: "team"}}) { nodes { name isPublic imageCount createdAt
        repositories(first: 5) { nodes { name address artifactCount pullCount
          tags(filter: {architecture: {contains: "arm"}}) { totalCount nodes { name address digest size architecture operatingSystem pullCount isImmutable pushedAt pulledAt } } } } } } }`,
    );
    const address = `${new URL(world.harbor.url).host}/team/deep/app`;
    expect(imageProjects.nodes[0]).toMatchObject({ isPublic: false, imageCount: 1 });
    expect(imageProjects.nodes[0]?.repositories.nodes).toEqual([
      {
        name: 'team/deep/app',
        address,
        artifactCount: 1,
        pullCount: 0,
        tags: {
          totalCount: 1,
          nodes: [
            {
              name: 'v1',
              address: `${address}:v1`,
              digest: expect.stringMatching(/^sha256:/) as string,
              size: expect.any(Number) as number,
              architecture: 'amd64, arm64',
              operatingSystem: 'linux',
              pullCount: 0,
              isImmutable: false,
              pushedAt: expect.stringMatching(/^2026/) as string,
              pulledAt: null,
            },
          ],
        },
      },
    ]);
  });

  test('what is deleted and made is what REST shows, and stands in the trail', async () => {
    person = await newPusher(world);
    ownTeam();
    const input = { projectName: 'made', public: true };
    const { createImageProject: made } = await graph<{ createImageProject: { project: { id: string } } }>(
      world,
      person.token,
      'mutation ($input: CreateImageProjectInput!) { createImageProject(input: $input) { project { id name isPublic imageCount } } }',
      { input },
    );
    expect(made.project).toEqual({
      id: expect.any(String) as string,
      name: 'made',
      isPublic: true,
      imageCount: 0,
    });
    world.harbor.store.push('team/a', ['v1', 'v2']);
    await graph(
      world,
      person.token,
      'mutation ($input: DeleteImageTagsInput!) { deleteImageTags(input: $input) { tags } }',
      {
        input: { imageName: 'team/a', tag: ['v1'] },
      },
    );
    await graph(
      world,
      person.token,
      'mutation ($input: DeleteImagesInput!) { deleteImages(input: $input) { imageNames } }',
      {
        input: { imageName: ['team/a'] },
      },
    );
    await graph(
      world,
      person.token,
      'mutation ($input: DeleteImageProjectsInput!) { deleteImageProjects(input: $input) { ids } }',
      { input: { ids: [made.project.id] } },
    );
    const token = await world.server.adminToken();
    const { auditEvents } = await graph<{ auditEvents: { nodes: object[] } }>(
      world,
      token,
      `{ auditEvents(filter: {actorName: {eq: "${person.name}"}}, orderBy: [{field: ID, direction: ASC}]) { nodes { action } } }`,
    );
    expect(auditEvents.nodes).toEqual(
      [
        'harborAccount.create',
        'imageProject.create',
        'imageTag.delete',
        'image.delete',
        'imageProject.delete',
      ].map((action) => ({ action })),
    );
  });
});
