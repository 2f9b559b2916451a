/** What the product does in a cluster, and so what its account there must be allowed to do. */
export const PERMISSIONS = [
  { apiGroup: '', resource: 'nodes', verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroup: '', resource: 'namespaces', verbs: ['get', 'create'] },
  { apiGroup: '', resource: 'events', verbs: ['list'] },
  { apiGroup: '', resource: 'pods', verbs: ['list'] },
] as const;
