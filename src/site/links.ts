interface SiteLink {
  id: string;
  href: string;
  name: string;
  about: string;
}

/** The pages for people, in the order in which every page's bar shows them. */
export const SITE_PAGES: readonly SiteLink[] = [
  {
    id: 'playground',
    href: '/playground',
    name: 'Playground',
    about: 'Write and run GraphQL, from worked examples',
  },
  { id: 'map', href: '/playground/map', name: 'Map', about: 'See the whole graph drawn, type by type' },
  { id: 'docs', href: '/docs', name: 'REST reference', about: 'Read every REST operation and try it out' },
];

/** What programs ask for and a browser can show. */
export const SITE_ENDPOINTS: readonly SiteLink[] = [
  { id: 'openapi', href: '/openapi.json', name: 'OpenAPI', about: 'the REST operations as a document' },
  { id: 'schema', href: '/schema.graphql', name: 'Schema', about: 'the graph in SDL, for code generators' },
  { id: 'health', href: '/healthz', name: 'Health', about: 'whether the process is up' },
  { id: 'readiness', href: '/readyz', name: 'Readiness', about: 'whether it can serve' },
  { id: 'metrics', href: '/metrics', name: 'Metrics', about: 'for Prometheus' },
];
