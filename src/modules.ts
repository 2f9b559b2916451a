import { Installation } from './database/installation.entity.js';
import type { SealedColumn } from './database/sealed.js';
import { apps } from './domains/apps/index.js';
import { datacenters } from './domains/datacenters/index.js';
import { deployments } from './domains/deployments/index.js';
import { edge } from './domains/edge/index.js';
import { identity } from './domains/identity/index.js';
import { images } from './domains/images/index.js';
import { jobs } from './domains/jobs/index.js';
import { modelarts } from './domains/modelarts/index.js';
import type { Module } from './domains/module.js';
import { platforms } from './domains/platforms/index.js';
import { yamlgen } from './domains/yamlgen/index.js';
import { transmit } from './transmit/transmit.module.js';

/** Every part of the product, in the order of dependence. */
export const MODULES = {
  identity,
  platforms,
  modelarts,
  edge,
  images,
  apps,
  deployments,
  datacenters,
  yamlgen,
  jobs,
  transmit,
};

type Name = keyof typeof MODULES;
type FaceOf<M> = M extends Module<infer Face> ? Face : never;

/** The services of each part. */
export type Faces = { [N in Name]: FaceOf<(typeof MODULES)[N]> };

/** Faces for describing what stands on them; nothing of them can be called. */
export const UNBUILT = Object.fromEntries(Object.keys(MODULES).map((name) => [name, {}])) as unknown as Faces;

const named = Object.entries(MODULES) as [Name, Module<unknown>][];

/** Every stored class. */
export const ENTITIES = [Installation, ...named.flatMap(([, { entities }]) => entities)];

/** Every place where secrets are stored. */
export const SEALED: readonly SealedColumn[] = named.flatMap(([, { sealed = [] }]) => sealed);

/** What each part that has been built adds, one after the other. */
export function gather<T>(
  faces: Partial<Faces>,
  addedBy: (module: Module<unknown>, face: unknown) => readonly T[] | undefined,
): T[] {
  return named.flatMap(([name, module]) => (faces[name] ? (addedBy(module, faces[name]) ?? []) : []));
}
