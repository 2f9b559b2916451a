import { expect, test } from 'vitest';
import { ImageReferenceService } from '../../src/domains/images/imageReference.service.js';
import type { ImageTag } from '../../src/domains/images/image.entity.js';
import type { RequestContext } from '../../src/kernel/context.js';
import { DomainError, type ErrorCode } from '../../src/kernel/errors.js';

const HOST = 'harbor.example.org:8443';
const ctx = {} as RequestContext;

/** What is asked for, answered so. */
function references(host: string, answer?: ErrorCode) {
  const asked: object[] = [];
  const service = new ImageReferenceService(
    { host },
    {
      getTag: (_ctx, name) => {
        asked.push(name);
        return answer
          ? Promise.reject(new DomainError(answer, ''))
          : Promise.resolve({ name: name.tag } as ImageTag);
      },
    },
  );
  return { service, asked };
}

test.each([
  [`${HOST}/team/app:v1`, 'team', { repository: 'team/app', tag: 'v1' }],
  [`${HOST}/team/deep/app`, 'team', { repository: 'team/deep/app', tag: 'latest' }],
  [`${HOST}/app:v1`, '', undefined],
  [`${HOST}.evil.org/team/app:v1`, '', undefined],
  ['team/app:v1', '', undefined],
  ['docker.io/library/nginx:1', '', undefined],
  [`${HOST}/team/app@sha256:${'0'.repeat(64)}`, '', undefined],
  ['', '', undefined],
])('%j is of the project %j', async (image, project, name) => {
  const { service, asked } = references(HOST);
  expect(service.projectNameOf(image)).toBe(project);
  expect(await service.tagStateOf(ctx, image)).toBe(name ? 'PRESENT' : 'ELSEWHERE');
  expect(asked).toEqual(name ? [name] : []);
});

test.each([
  ['NOT_FOUND', 'MISSING'],
  ['ACCOUNT_REQUIRED', 'ELSEWHERE'],
  ['UPSTREAM_UNREACHABLE', 'ELSEWHERE'],
] as const)('%s is %s', async (code, state) => {
  const { service } = references(HOST, code);
  expect(await service.tagStateOf(ctx, `${HOST}/team/app:v1`)).toBe(state);
});

test('without an image repository everything is elsewhere', async () => {
  const { service, asked } = references('');
  expect(service.projectNameOf('/team/app:v1')).toBe('');
  expect(await service.tagStateOf(ctx, '/team/app:v1')).toBe('ELSEWHERE');
  expect(asked).toEqual([]);
});
