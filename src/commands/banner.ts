import { VERSION } from '../config/version.js';

/** Given to what must end after the last request, such as jobs, in milliseconds. */
export const LAST_MOMENTS = 5000;

/** Where the server is reached, for whoever started it. */
export const bannerOf = (url: string): string => `Isthmus ${VERSION} serves at ${url}
  GraphQL     ${url}/graphql
  Playground  ${url}/playground
  REST        ${url}/docs`;
