import { playgroundLink } from '../playgroundLink.js';
import type { Operation } from './operation.js';

/** Where the Playground opens with an operation of the map. */
export const operationLink = ({ query, variables }: Operation): string =>
  playgroundLink({ query, variables: JSON.stringify(variables, null, 2) });
