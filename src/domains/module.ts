import type { DocumentNode } from 'graphql';
import type { Config } from '../config/settings.js';
import type { Database } from '../database/database.js';
import type { Entities } from '../database/options.js';
import type { SealedColumn } from '../database/sealed.js';
import type { Reader, RequestContext } from '../kernel/context.js';
import type { Figure } from '../kernel/figures.js';
import type { SecretBox } from '../kernel/secrets.js';
import type { Logger } from '../log/logger.js';
import type { JobKind } from './jobKind.js';

/** What every module is built on. */
export interface Base {
  config: Config;
  database: Database;
  logger: Logger;
  secrets: SecretBox;
}

/** How an entity that another subgraph refers to is found. */
export type Reference = (reference: { id: string }, ctx: RequestContext) => Promise<object | null>;

/** What a subscription that no topic feeds tells, once it is known that the caller may hear it. */
export type Stream = (args: never, ctx: RequestContext) => Promise<AsyncIterable<unknown>>;

/** A part of the graph in SDL, and what resolves its fields; of an enum, what stands for its values inside. */
export interface GraphPart {
  typeDefs: DocumentNode;
  resolvers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What goes on as long as the process serves. */
export interface Background {
  /** Returns at once. */
  start(): void;
  /** Resolves when nothing goes on any more; also where it never started. */
  stop(): Promise<void>;
}

/** What a domain adds to the product, of its face: the services that it is made of. */
export interface Module<Face> {
  /** Stored classes. */
  entities: Entities;
  /** Where secrets are stored. */
  sealed?: readonly SealedColumn[];
  /** One instance of each resolver class. */
  resolvers(face: Face): readonly object[];
  /** What is made of something other than classes. */
  graph?(face: Face): GraphPart;
  /** By the name of the type. */
  references?(face: Face): Record<string, Reference>;
  /** By the name of the subscription. */
  streams?(face: Face): Record<string, Stream>;
  jobs?(face: Face): readonly JobKind[];
  background?(face: Face): readonly Background[];
  /** What operators watch of it. */
  figures?(face: Face, reader: Reader): readonly Figure[];
}
