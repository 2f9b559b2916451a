import { BASE } from './base.js';
import { type Linked, fragmentOf } from './link.js';

/** Where the Playground opens with an operation or an example. */
export const playgroundLink = (linked: Linked): string => `${BASE}/playground${fragmentOf(linked)}`;
