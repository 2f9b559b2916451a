import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import { type Images, NewImageProject, ProjectRemoval } from '../../domains/images/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, PAGE, Success, done, filterText, toSeconds } from './common.wire.js';
import { AS_CALLER, REMOTE, TIMES, statuses, tag } from './repository.wire.js';

const ProjectWire = z.object({
  projectId: z.int(),
  projectName: z.string(),
  ...TIMES,
  imageCount: z.int().meta({ description: 'Number of images' }),
  public: z.boolean().meta({ description: 'Whether everybody may pull its images' }),
});

const ProjectsQuery = z.object({
  projectName: filterText('Part of the name', 'cal'),
  public: z
    .string()
    .refine((text) => ['', 'true', 'false'].includes(text), 'must be true or false')
    .transform((text) => (text === '' ? undefined : text === 'true'))
    .optional()
    .meta({
      type: 'boolean',
      enum: [true, false],
      description: 'Only public projects, or only the others; both without it',
      example: true,
    }),
  page: PAGE.page,
  pageSize: PAGE.pageSize,
});

/** ote 002, Repository Management 7 to 9. */
export function repositoryProjectEndpoints({ projects }: Images): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listRepositoryProjects',
      route: 'GET /repository/project',
      tag,
      statuses,
      summary: '7. Get projects of repository',
      description: `The projects that the account sees, public ones too, the oldest first. ${AS_CALLER}`,
      access: 'repository:read',
      query: ProjectsQuery,
      reply: z.object({ data: z.array(ProjectWire), total: z.int(), code: Code, message: Success }),
      errors: REMOTE,
      handle: async ({ query: { projectName: name, public: isPublic, ...numbered } }, ctx) => {
        const [found, total] = await projects.search(ctx, { name, isPublic, ...numbered });
        const data = found.map((project) => ({
          projectId: project.id,
          projectName: project.name,
          createTime: toSeconds(project.createdAt),
          updateTime: toSeconds(project.updatedAt),
          imageCount: project.imageCount,
          public: project.isPublic,
        }));
        return { data, total, message: 'success' as const };
      },
    }),
    endpoint({
      id: 'createRepositoryProject',
      route: 'POST /repository/project',
      tag,
      statuses,
      summary: '8. Create project',
      description: `A name that is taken answers 409. ${AS_CALLER}`,
      access: 'repository:write',
      body: NewImageProject,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(projects.create(ctx, body)),
    }),
    endpoint({
      id: 'deleteRepositoryProjects',
      route: 'DELETE /repository/project',
      tag,
      statuses,
      summary: '9. Delete project',
      description: `A project that is not there answers 404, one that has images 409, and then nothing is deleted. ${AS_CALLER}`,
      access: 'repository:write',
      body: ProjectRemoval,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(projects.removeAll(ctx, { ids: body.projectId.map(String) })),
    }),
  ];
}
