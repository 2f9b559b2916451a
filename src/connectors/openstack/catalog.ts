import { z } from 'zod';
import { SERVICES, type ServiceName } from './services.js';

/** What came with a token, as far as it is read. */
export const catalogSchema = z
  .array(
    z.object({
      type: z.string(),
      endpoints: z.array(
        z.object({
          interface: z.string(),
          url: z.string(),
          region_id: z.string().nullish(),
          region: z.string().nullish(),
        }),
      ),
    }),
  )
  .nullish()
  .transform((services) => services ?? []);
type Catalog = z.output<typeof catalogSchema>;

export interface EndpointChoice {
  /** `public`, `internal` or `admin`; also as version 2 wrote them, such as `publicURL`. */
  interface: string | null;
  /** Any where null. */
  region: string | null;
}

/** Without the slashes at the end, which may be many. */
function withoutEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** As old catalogs name versions that are not spoken here. */
const OTHER_VERSION = /\/v\d+(?:\.\d+)?$/;

/** Where a service is, without a slash at the end; undefined where the catalog names no such endpoint. */
export function endpointOf(
  catalog: Catalog,
  service: ServiceName,
  choice: EndpointChoice,
  project: string,
): URL | undefined {
  const { types, version, append } = SERVICES[service];
  const wanted = (choice.interface ?? 'public').replace(/URL$/, '').toLowerCase();
  for (const type of types) {
    const endpoints = catalog.filter((entry) => entry.type === type).flatMap((entry) => entry.endpoints);
    const found = endpoints.find(
      (endpoint) =>
        endpoint.interface === wanted &&
        (choice.region === null || (endpoint.region_id ?? endpoint.region) === choice.region),
    );
    const url = found && URL.parse(found.url);
    if (!url || !/^https?:$/.test(url.protocol)) continue;
    const path = withoutEnd(url.pathname);
    const base = version.test(path) ? path : path.replace(OTHER_VERSION, '') + append(project);
    return new URL(base, url.origin);
  }
  return undefined;
}
