import { z } from 'zod';
import type { Permission } from '../../domains/identity/index.js';
import { ImageRemoval, type Images, TagRemoval } from '../../domains/images/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Code, Done, PAGE, Success, directionOf, done, filterText, toSeconds } from './common.wire.js';
import { AS_CALLER, REMOTE, TIMES, statuses, tag } from './repository.wire.js';

const requiredText = () => storableText().refine((text) => text !== '', 'must not be empty');

const ImageWire = z.object({
  projectName: z.string(),
  public: z.boolean().meta({ description: 'Whether everybody may pull it' }),
  imageName: z.string().meta({ description: 'Name with that of the project' }),
  imageAddress: z.string().meta({ description: 'What is pulled, without a tag' }),
  ...TIMES,
});
const TagWire = z.object({
  tag: z.string(),
  imageAddress: z.string().meta({ description: 'What is pulled, without a tag' }),
  ...TIMES,
});

const ImagesQuery = z.object({
  projectName: requiredText().meta({ description: 'Name of the project', example: 'test' }),
  imageName: filterText('Part of the name, which has that of the project', 'demo'),
  orderBy: z.literal('id', 'must be id').default('id').meta({ description: 'id', example: 'id' }),
  order: PAGE.order.default('desc').meta({ description: 'Sort order', example: 'desc' }),
  page: PAGE.page,
  pageSize: PAGE.pageSize,
});
const TagsQuery = z.object({
  imageName: requiredText().meta({ description: 'Name with that of the project', example: 'test/demo1' }),
  page: PAGE.page,
  pageSize: PAGE.pageSize,
});

/** ote 002, Repository Management 1 to 4. */
export function repositoryImageEndpoints({ images }: Images): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listImages',
      route: 'GET /repository/image',
      tag,
      statuses,
      summary: '1. Get images',
      description: `The images of a project, the latest made first. With a page size of 0 all are listed, up to 10,000; more answer 400. ${AS_CALLER}`,
      access: 'repository:read',
      query: ImagesQuery,
      reply: z.object({ data: z.array(ImageWire), total: z.int(), code: Code, message: Success }),
      errors: REMOTE,
      handle: async ({ query: { projectName, imageName: name, order, page, pageSize } }, ctx) => {
        const direction = directionOf(order);
        const search = { project: projectName, name, direction, page, pageSize };
        const { isPublic, images: found, total } = await images.search(ctx, search);
        const data = found.map((image) => ({
          projectName,
          public: isPublic,
          imageName: image.name,
          imageAddress: image.address,
          createTime: toSeconds(image.createdAt),
          updateTime: toSeconds(image.updatedAt),
        }));
        return { data, total, message: 'success' as const };
      },
    }),
    endpoint({
      id: 'listImageTags',
      route: 'GET /repository/image/tag',
      tag,
      statuses,
      summary: '2. Get tag of image',
      description: `The tags of an image in the order in which they were made. \`createTime\` is when what the tag names was first pushed, \`updateTime\` when the tag was last pushed. ${AS_CALLER}`,
      access: 'repository:read',
      query: TagsQuery,
      reply: z.object({ data: z.array(TagWire), total: z.int(), code: Code, message: Success }),
      errors: REMOTE,
      handle: async ({ query: { imageName, ...numbered } }, ctx) => {
        const { image, tags, total } = await images.searchTags(ctx, imageName, numbered);
        const data = tags.map((found) => ({
          tag: found.name,
          imageAddress: image.address,
          createTime: toSeconds(found.createdAt),
          updateTime: toSeconds(found.pushedAt),
        }));
        return { data, total, message: 'success' as const };
      },
    }),
    endpoint({
      id: 'deleteImages',
      route: 'DELETE /repository/image',
      tag,
      statuses,
      summary: '3. Delete image',
      description: `Deletes images with all their tags. One that is not there answers 404, and then nothing is deleted. ${AS_CALLER}`,
      access: 'repository:write',
      body: ImageRemoval,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(images.removeAll(ctx, body)),
    }),
    endpoint({
      id: 'deleteImageTags',
      route: 'DELETE /repository/image/tag',
      tag,
      statuses,
      summary: '4. Delete tag of image',
      description: `Takes tags away; what they name stays under other tags. A tag that is not there answers 404, one that a rule keeps 409, and then nothing is deleted. ${AS_CALLER}`,
      access: 'repository:write',
      body: TagRemoval,
      reply: Done,
      errors: REMOTE,
      handle: async ({ body }, ctx) => done(images.removeTags(ctx, body)),
    }),
  ];
}
