import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createHarbor } from '../../../src/connectors/harbor/index.js';
import type { ImageRegistry, RegistryAccount } from '../../../src/domains/images/imageRegistry.port.js';
import { SortDirection } from '../../../src/kernel/pages.js';
import { FakeHarbor, HARBOR_ADMIN, type HarborFault } from '../../support/harbor/server.js';

const LIMITS = {
  patience: { step: 300, call: 2_000 },
  mostBytes: 65_536,
  connections: 4,
  firstRetry: 1,
};
const TRIES = 3;

const as: RegistryAccount = HARBOR_ADMIN;
const { signal } = new AbortController();
const query = { by: 'id', direction: SortDirection.ASC, page: 1, pageSize: 10 } as const;

type Call = (registry: ImageRegistry) => Promise<unknown>;

const READS: Record<string, Call> = {
  identify: (registry) => registry.identify(as, signal),
  listProjects: (registry) => registry.listProjects(as, query, signal),
  getProject: (registry) => registry.getProject(as, 'library', signal),
  whyUndeletable: (registry) => registry.whyUndeletable(as, 1, signal),
  permissionsIn: (registry) => registry.permissionsIn(as, 1, signal),
  listRepositories: (registry) => registry.listRepositories(as, 'library', query, signal),
  getRepository: (registry) => registry.getRepository(as, 'library/a', signal),
  listTags: (registry) => registry.listTags(as, 'library/a', 0, signal),
  getTag: (registry) => registry.getTag(as, 'library/a', 'v1', signal),
};
const WRITES: Record<string, Call> = {
  createUser: (registry) => registry.createUser(as, { user: 'a', password: 'Secret-Pass-1' }, signal),
  changePassword: (registry) => registry.changePassword(as, 1, 'Secret-Pass-1', signal),
  createProject: (registry) => registry.createProject(as, { name: 'a', isPublic: false }, signal),
  deleteProject: (registry) => registry.deleteProject(as, 1, signal),
  deleteRepository: (registry) => registry.deleteRepository(as, 'library/a', signal),
  deleteTag: (registry) => registry.deleteTag(as, 'library/a', 'v1', signal),
};

/** What each fault is told as. */
const FAULTS: [HarborFault, string][] = [
  ['hang', 'UPSTREAM_TIMEOUT'],
  ['reset', 'UPSTREAM_PROTOCOL'],
  ['cut', 'UPSTREAM_PROTOCOL'],
  ['html', 'UPSTREAM_PROTOCOL'],
  [400, 'BAD_INPUT'],
  [401, 'ACCOUNT_REQUIRED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [409, 'CONFLICT'],
  [412, 'CONFLICT'],
  [413, 'UPSTREAM_ERROR'],
  [422, 'BAD_INPUT'],
  [429, 'UPSTREAM_ERROR'],
  [500, 'UPSTREAM_ERROR'],
  [502, 'UPSTREAM_ERROR'],
  [503, 'UPSTREAM_ERROR'],
  [504, 'UPSTREAM_ERROR'],
];

/** Which may pass, so that what reads is tried again. */
const PASSING: HarborFault[] = ['reset', 429, 500, 502, 503, 504];

let harbor: FakeHarbor;
let registry: ImageRegistry;
beforeAll(async () => {
  harbor = await FakeHarbor.start();
  registry = createHarbor({ url: harbor.url, viaName: 'test', limits: LIMITS });
});
afterAll(() => harbor.close());
beforeEach(() => {
  harbor.reset();
  harbor.store.push('library/a', ['v1']);
});

const outcomeOf = (call: Call) =>
  call(registry).then(
    (value) => (value === null ? 'null' : 'done'),
    (error: { code?: string }) => error.code,
  );

describe.each(FAULTS)('%s', (fault, code) => {
  test.each(Object.entries({ ...READS, ...WRITES }))('%s tells so', async (name, call) => {
    harbor.break(fault);
    const before = harbor.requests.length;
    expect(await outcomeOf(call)).toBe(name === 'identify' && fault === 401 ? 'null' : code);
    const sent = harbor.requests.slice(before).filter((request) => !request.startsWith('HEAD'));
    expect(sent.length).toBe(name in READS && PASSING.includes(fault) ? TRIES : 1);
  });
});

test.each(Object.entries({ ...READS, ...WRITES }))('%s tells when nobody listens', async (_name, call) => {
  await harbor.down();
  try {
    expect(await outcomeOf(call)).toBe('UPSTREAM_UNREACHABLE');
  } finally {
    await harbor.up();
  }
});

test.each(Object.entries(READS))('%s does not take half an answer for a whole one', async (_name, call) => {
  harbor.break('half-json');
  expect(await outcomeOf(call)).toBe('UPSTREAM_PROTOCOL');
});

test('what reads works again after a fault that passed, and waits not long for one who wants to be left alone', async () => {
  harbor.break(503, /./, 2);
  expect(await outcomeOf((each) => each.listProjects(as, query, signal))).toBe('done');
  harbor.retryAfter = 3600;
  harbor.break(429);
  const before = harbor.requests.length;
  await expect(registry.listProjects(as, query, signal)).rejects.toMatchObject({
    code: 'UPSTREAM_ERROR',
    details: { retryAfter: 3600, upstream: { status: 429 } },
  });
  expect(harbor.requests.length).toBe(before + 1);
});

test('what was done and not answered is not done again', async () => {
  harbor.break('lost');
  await expect(registry.createProject(as, { name: 'once', isPublic: false }, signal)).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
  });
  expect(harbor.store.projects.filter(({ name }) => name === 'once')).toHaveLength(1);
});

test('an answer that is too large is not read', async () => {
  for (let index = 0; index < 200; index += 1) harbor.store.addProject(`${'p'.repeat(200)}${index}`, 'admin');
  const large = { ...query, pageSize: 100 };
  const small = createHarbor({ url: harbor.url, viaName: 'test', limits: { ...LIMITS, mostBytes: 10_000 } });
  await expect(small.listProjects(as, large, signal)).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
});

test('failures hold what was answered and no credentials', async () => {
  harbor.break(500);
  const error: unknown = await registry.listProjects(as, query, signal).catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    details: { upstream: { platform: expect.stringContaining(harbor.url) as string, status: 500 } },
  });
  const told = JSON.stringify(error) + String(error);
  expect(told).not.toContain(as.password);
  expect(told).not.toContain(Buffer.from(`${as.user}:${as.password}`).toString('base64'));
});

test('no cookie is sent back', async () => {
  await registry.listProjects(as, query, signal);
  await registry.createProject(as, { name: 'cookieless', isPublic: true }, signal);
  await registry.deleteProject(as, (await registry.getProject(as, 'cookieless', signal)).id, signal);
  expect(harbor.store.projects.map(({ name }) => name)).toEqual(['library']);
});
