const OF_OBJECTS = ['get', 'list', 'create', 'patch', 'delete'] as const;

/**
 * What the product does in a cluster, and so what its account there must be allowed to do. Charts take more, which is
 * asked for when one is installed.
 */
export const PERMISSIONS = [
  { apiGroup: '', resource: 'nodes', verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroup: '', resource: 'namespaces', verbs: ['get', 'create'] },
  { apiGroup: '', resource: 'events', verbs: ['list'] },
  { apiGroup: '', resource: 'pods', verbs: ['list', 'delete'] },
  { apiGroup: '', resource: 'pods/log', verbs: ['get'] },
  { apiGroup: '', resource: 'secrets', verbs: OF_OBJECTS },
  { apiGroup: 'apps', resource: 'deployments', verbs: OF_OBJECTS },
  { apiGroup: 'apps', resource: 'daemonsets', verbs: OF_OBJECTS },
  { apiGroup: 'autoscaling', resource: 'horizontalpodautoscalers', verbs: OF_OBJECTS },
] as const;
