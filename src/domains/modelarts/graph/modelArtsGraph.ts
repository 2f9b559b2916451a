import { parse } from 'graphql';
import type { ApiDocument } from '../../../openapi/operation.js';
import type { GraphPart } from '../../module.js';
import type { Notes } from '../document.js';
import { operationNamed } from '../operation.service.js';
import { Connections } from './connections.js';
import { Definitions } from './definitions.js';
import { type FindUsable, readsField, writesField } from './entrances.js';
import { Enums } from './enums.js';
import { FanOut, type FindAll } from './fanOut.js';
import { Groups } from './groups.js';
import { Inputs } from './inputs.js';
import { LinkFields } from './linkFields.js';
import { DerivedNames } from './names.js';
import { type GraphServices, OperationFields } from './operationFields.js';
import { Outputs } from './outputs.js';

export interface Finders {
  findUsable: FindUsable;
  findAll: FindAll;
}

const READS =
  'What a platform of kind MODELARTS is asked for; each field calls it once, in the name of whoever asks';
const WRITES =
  'What changes something on a platform of kind MODELARTS; fields of one group are called at the same time';

/** The part of the graph that a document describes: reads below `Platform.modelArts`, writes below `Mutation.modelArts`. */
export function modelArtsGraph(
  { document, links: notes, targets }: { document: ApiDocument } & Notes,
  services: GraphServices,
  { findUsable, findAll }: Finders,
): GraphPart {
  const names = new DerivedNames(document);
  const enums = new Enums();
  const outputs: Outputs = new Outputs(document, enums, (component) => links.of(component));
  const inputs = new Inputs(document, enums, names);
  const connections = new Connections(names);
  const fields = new OperationFields(document, { inputs, outputs, connections }, services);
  const links = new LinkFields(notes, {
    outputOf: (target) => outputs.of({ $ref: `#/components/schemas/${targets[target]?.type}` }),
    fieldOf: (operation) => fields.of(operationNamed(document, operation)),
    repeats: services.repeats,
  });
  const definitions = new Definitions();
  const all = [...document.operations.values()];
  const groups = new Groups(all, (operation) => fields.of(operation), definitions);
  const fanOut = new FanOut(findAll);

  definitions.add('ModelArts', READS, groups.fields('Query'));
  definitions.add('ModelArtsMutation', WRITES, groups.fields('Mutation'));
  const ofEach = fanOut.fields(groups.mainLists());
  definitions.add('ModelArtsPlatform', 'What one of several platforms of kind MODELARTS answers', ofEach);
  definitions.extend('Query', [fanOut.field('ModelArtsPlatform')]);
  definitions.extend('Platform', [readsField(findUsable)]);
  definitions.extend('Mutation', [writesField(findUsable)]);

  const makers = [definitions, outputs, inputs, connections, enums];
  const sdl = makers.flatMap((maker) => maker.definitions()).join('\n');
  return {
    typeDefs: parse(sdl, { noLocation: true }),
    resolvers: { ...outputs.resolvers(), ...enums.resolvers(), ...definitions.resolvers() },
  };
}
