import { Field, ID, ObjectType } from 'type-graphql';
import { z } from 'zod';
import {
  BigIntFilter,
  BooleanFilter,
  DateTimeFilter,
  IdFilter,
  IntFilter,
  StringFilter,
} from '../../kernel/filters.js';
import { inputOf } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { storableText, text } from '../../kernel/validation.js';
import { ImageProject, ImageRepository, ImageTag } from './image.entity.js';
import { MOST_AT_ONCE, several, severalKeys } from './several.js';

const MAX_PROJECT = 255;
/** What Harbor takes for the name of a project. */
const PROJECT_NAME = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

const imageName = storableText().meta({
  description: 'Name of the image with that of its project, such as team/app',
  example: 'test/demo1',
});

export const NewImageProject = z.object({
  projectName: text(1, MAX_PROJECT)
    .refine(
      (name) => PROJECT_NAME.test(name),
      'must be small letters and digits, parted by single dots, underscores and hyphens',
    )
    .meta({
      description: 'Name: small letters and digits, parted by single dots, underscores and hyphens',
      example: 'calico',
    }),
  public: z.boolean().meta({ description: 'Whether everybody may pull its images' }),
});
export type NewImageProject = z.infer<typeof NewImageProject>;

export const ImageRemoval = z.object({
  imageName: several(imageName).meta({
    description: `Names of images with those of their projects, at most ${MOST_AT_ONCE}`,
  }),
});
export type ImageRemoval = z.infer<typeof ImageRemoval>;

export const TagRemoval = z.object({
  imageName,
  tag: several(storableText()).meta({ description: `Tags of the image, at most ${MOST_AT_ONCE}` }),
});
export type TagRemoval = z.infer<typeof TagRemoval>;

export const ProjectRemoval = z.object({
  projectId: several(z.int().min(1)).meta({
    description: `Keys of projects in the image repository, at most ${MOST_AT_ONCE}`,
  }),
});

export const ImageProjectKeys = z.object({
  ids: severalKeys('The projects'),
});

export type ImageProjectKeys = z.infer<typeof ImageProjectKeys>;

export const CreateImageProjectInput = inputOf(
  'CreateImageProjectInput',
  'A new project of the image repository',
  NewImageProject,
);
export type CreateImageProjectInput = InstanceType<typeof CreateImageProjectInput>;

export const DeleteImageProjectsInput = inputOf(
  'DeleteImageProjectsInput',
  'Projects of the image repository to delete, which have no images',
  ImageProjectKeys,
);
export type DeleteImageProjectsInput = InstanceType<typeof DeleteImageProjectsInput>;

export const DeleteImagesInput = inputOf(
  'DeleteImagesInput',
  'Images to delete, with all that was pushed under their names',
  ImageRemoval,
);
export type DeleteImagesInput = InstanceType<typeof DeleteImagesInput>;

export const DeleteImageTagsInput = inputOf(
  'DeleteImageTagsInput',
  'Tags to take away from an image; what they name stays under its digest and other tags',
  TagRemoval,
);
export type DeleteImageTagsInput = InstanceType<typeof DeleteImageTagsInput>;

@ObjectType({ simpleResolvers: true, description: 'The new project' })
export class ImageProjectPayload {
  @Field(() => ImageProject, { description: 'The project' })
  project!: ImageProject;
}

@ObjectType({ simpleResolvers: true, description: 'What was deleted' })
export class DeleteImageProjectsPayload {
  @Field(() => [ID], { description: 'Keys of the projects that are gone' })
  ids!: number[];
}

@ObjectType({ simpleResolvers: true, description: 'What was deleted' })
export class DeleteImagesPayload {
  @Field(() => [String], { description: 'Names of the images that are gone' })
  imageNames!: string[];
}

@ObjectType({ simpleResolvers: true, description: 'What was deleted' })
export class DeleteImageTagsPayload {
  @Field(() => [String], { description: 'The tags that are gone' })
  tags!: string[];
}

const TIMES = {
  createdAt: { by: 'when it was first pushed', filter: DateTimeFilter },
};

export const ImageProjectList = listOf(ImageProject, {
  items: 'projects of the image repository',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter, order: true },
    isPublic: { by: 'whether everybody may pull from it', filter: BooleanFilter },
    imageCount: { by: 'how many images it has', filter: IntFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter },
  },
});
export type ImageProjectArgs = ArgsOf<typeof ImageProjectList>;

export const ImageRepositoryList = listOf(ImageRepository, {
  items: 'images',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name, with that of the project', filter: StringFilter, order: true },
    artifactCount: { by: 'how many versions it has', filter: IntFilter },
    pullCount: { by: 'how often it was pulled', filter: IntFilter },
    ...TIMES,
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter },
  },
});
export type ImageRepositoryArgs = ArgsOf<typeof ImageRepositoryList>;

export const ImageTagList = listOf(ImageTag, {
  items: 'tags',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter, order: true },
    digest: { by: 'digest', filter: StringFilter },
    size: { by: 'bytes', filter: BigIntFilter },
    architecture: { by: 'architecture of the processor', filter: StringFilter },
    isImmutable: { by: 'whether it can be deleted', filter: BooleanFilter },
    ...TIMES,
    pushedAt: { by: 'when it was last pushed', filter: DateTimeFilter },
    pulledAt: { by: 'when it was last pulled', filter: DateTimeFilter },
  },
});
export type ImageTagArgs = ArgsOf<typeof ImageTagList>;
