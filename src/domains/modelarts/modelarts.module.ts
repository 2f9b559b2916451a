import type { Module } from '../module.js';
import { type PlatformCallService, PlatformKind, type Repeats } from '../platforms/index.js';
import { LinkService } from './links.js';
import { PageReader } from './pageReader.js';
import { modelArtsDocument, modelArtsNotes } from './document.js';
import { modelArtsGraph } from './graph/modelArtsGraph.js';
import { OperationService } from './operation.service.js';

export function createModelArts(calls: PlatformCallService, repeats: Repeats) {
  const operations = new OperationService(modelArtsDocument(), calls);
  const pages = new PageReader();
  const links = new LinkService(modelArtsNotes().targets, operations, pages);
  return { calls, operations, pages, links, repeats };
}

export type ModelArts = ReturnType<typeof createModelArts>;

/** The operations of ModelArts, on platforms of that kind. */
export const modelarts: Module<ModelArts> = {
  entities: [],
  resolvers: () => [],
  graph: ({ calls, ...services }) =>
    modelArtsGraph({ document: modelArtsDocument(), ...modelArtsNotes() }, services, {
      findUsable: async (ctx, id) => calls.usable(ctx, id, PlatformKind.MODELARTS),
      findAll: async (ctx, most) => calls.allUsable(ctx, PlatformKind.MODELARTS, most),
    }),
};
