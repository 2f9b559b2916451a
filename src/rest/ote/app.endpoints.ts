import { z } from 'zod';
import { type Apps, NAME_MODES, type NameMode } from '../../domains/apps/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { AppBody, AppWire, ChartBody, toAppWire } from './app.wire.js';
import { Code, Done, Id, PAGE, done, filterText } from './common.wire.js';

const tag = 'Application Management';

const AppParams = z.object({ appId: Id.meta({ description: 'Application id' }) });
const MODES = Object.keys(NAME_MODES) as [NameMode, ...NameMode[]];
const AppsQuery = z.object({
  pageSize: PAGE.pageSize,
  page: PAGE.page,
  appName: filterText('Only applications of this name, compared as appNameMode says', 'nginx'),
  appNameMode: z
    .enum(MODES, `must be ${MODES.join(', ')}`)
    .default('partial')
    .meta({
      description: 'strict: the whole name, partial: a part of it, prefix: its beginning',
      example: 'prefix',
    }),
  version: filterText('Only this version', '1.2'),
});
const MOST_DELETED = 1000;

/** ote 002, Application Management. */
export function appEndpoints({ apps, charts }: Apps): Endpoint<Permission>[] {
  const getApp = (id: string, route: Endpoint['route'], summary: string) =>
    endpoint({
      id,
      route,
      tag,
      summary,
      description: "An application of the caller's business; any for a system administrator.",
      access: 'app:read' as const,
      params: AppParams,
      reply: z.object({ data: AppWire, code: Code, message: z.literal('Success') }),
      errors: ['NOT_FOUND'],
      handle: async ({ params }, ctx) => {
        const app = await apps.get(ctx, params.appId);
        return { data: toAppWire(app, apps.projectNameOf(app)), message: 'Success' as const };
      },
    });
  return [
    endpoint({
      id: 'createApp',
      route: 'POST /app',
      tag,
      summary: '1. Create application',
      description:
        "It belongs to the caller's business, which has each name and version once. What is optional may be null. `dependence`, which the lists show, may be given too. A system administrator without a business is refused.",
      access: 'app:write',
      body: AppBody,
      reply: Done,
      errors: ['CONFLICT'],
      handle: async ({ body: { GPU: gpu, ...body } }, ctx) => done(apps.create(ctx, { ...body, gpu })),
    }),
    endpoint({
      id: 'deleteApps',
      route: 'DELETE /app',
      tag,
      summary: '2. Delete application',
      description:
        'An unknown id answers 404, an application that a deployment uses 409, and then nothing is deleted.',
      access: 'app:write',
      body: z.object({
        appId: z
          .array(z.int().min(1))
          .min(1, 'must name at least one')
          .max(MOST_DELETED, `must name at most ${MOST_DELETED}`)
          .meta({ description: 'The ids of the applications' }),
      }),
      reply: Done,
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body }, ctx) => done(apps.remove(ctx, body.appId.map(String), 'appId')),
    }),
    endpoint({
      id: 'listApps',
      route: 'GET /app',
      tag,
      summary: '3. List applications',
      description:
        "The applications of the caller's business, all for a system administrator, in the order of their ids. `apps` and `data` are the same list.",
      access: 'app:read',
      query: AppsQuery,
      reply: z.object({
        apps: z.array(AppWire),
        data: z.array(AppWire),
        total: z.int(),
        code: Code,
        message: z.literal('Success'),
      }),
      errors: [],
      handle: async ({ query: { appName: name, appNameMode: nameMode, ...query } }, ctx) => {
        const [found, total] = await apps.search(ctx, { name, nameMode, ...query });
        const data = found.map((app) => toAppWire(app, apps.projectNameOf(app)));
        return { apps: data, data, total, message: 'Success' as const };
      },
    }),
    endpoint({
      id: 'uploadChart',
      route: 'POST /app/chart',
      tag,
      summary: '5. Upload Helm chart to create application',
      description:
        'A chart as `helm package` makes it (.tgz; .tar too), up to CHART_LIMIT. What is no chart answers 422 with the reason: unreadable, without Chart.yaml, a library, with links or paths that lead out, too much when unpacked.',
      access: 'app:write',
      form: { chart: { limit: () => charts.limit } },
      body: ChartBody,
      reply: Done,
      errors: ['CONFLICT', 'RATE_LIMITED'],
      handle: async ({ body: { chart, ...body } }, ctx) =>
        done(charts.create(ctx, body, { content: chart.content, path: 'chart' })),
    }),
    getApp('getAppById', 'GET /app/id/{appId}', '4. Get application (the path of the example)'),
    getApp('getApp', 'GET /app/{appId}', '4. Get application'),
  ];
}
