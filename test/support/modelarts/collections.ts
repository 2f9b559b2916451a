/** Things of one kind, of which operations list, show, make, change and delete some. */
export interface Collection {
  /** The path of one. */
  item: string;
  /** Where its key stands in it. */
  key: readonly string[];
  /** What a key begins with. */
  noun: string;
  /** Operations that answer several, and the field in which these are. */
  lists: Readonly<Record<string, string>>;
  /** That to whose items they belong. */
  of?: CollectionName;
  /** How many there are, of each parent. */
  count: number;
}

const V1 = '/v1/{project_id}';
const V2 = '/v2/{project_id}';

// Parents stand before their children.
const TABLE = {
  workspaces: {
    item: `${V1}/workspaces/{workspace_id}`,
    key: ['id'],
    noun: 'workspace',
    lists: { listWorkspace: 'workspaces' },
    count: 3,
  },
  images: { item: `${V1}/images/{id}`, key: ['id'], noun: 'image', lists: { listImage: 'data' }, count: 6 },
  networks: {
    item: `${V1}/networks/{network_name}`,
    key: ['metadata', 'name'],
    noun: 'network',
    lists: { listNetworks: 'items' },
    count: 3,
  },
  pools: {
    item: `${V2}/pools/{pool_name}`,
    key: ['metadata', 'name'],
    noun: 'pool',
    lists: { listPools: 'items' },
    count: 3,
  },
  nodePools: {
    item: `${V2}/pools/{pool_name}/nodepools/{nodepool_name}`,
    key: ['metadata', 'name'],
    noun: 'nodepool',
    lists: { listNodePools: 'items' },
    of: 'pools',
    count: 2,
  },
  nodes: {
    item: `${V2}/pools/{pool_name}/nodes/{node_name}`,
    key: ['metadata', 'name'],
    noun: 'node',
    lists: { listPoolNodes: 'items', listNodePoolNodes: 'items' },
    of: 'pools',
    count: 4,
  },
  plugins: {
    item: `${V2}/pools/{pool_name}/plugins/{plugin_name}`,
    key: ['metadata', 'name'],
    noun: 'plugin',
    lists: { listPoolPlugins: 'items' },
    of: 'pools',
    count: 2,
  },
  algorithms: {
    item: `${V2}/algorithms/{algorithm_id}`,
    key: ['metadata', 'id'],
    noun: 'algorithm',
    lists: { listAlgorithms: 'items' },
    count: 8,
  },
  trainingJobs: {
    item: `${V2}/training-jobs/{training_job_id}`,
    key: ['metadata', 'id'],
    noun: 'job',
    lists: { listTrainingJobs: 'items' },
    count: 120,
  },
  workloads: {
    item: `${V2}/pools/{pool_name}/workloads/{workload_name}`,
    key: ['name'],
    noun: 'workload',
    lists: { listWorkloads: 'items' },
    of: 'pools',
    count: 12,
  },
  clusters: {
    item: `${V1}/authoring/clusters/{cluster_id}`,
    key: ['logic_cluster_id'],
    noun: 'cluster',
    lists: { listAuthoringClusters: 'data' },
    count: 3,
  },
  notebooks: {
    item: `${V1}/notebooks/{id}`,
    key: ['id'],
    noun: 'notebook',
    lists: { listNotebooks: 'data', listAllNotebooks: 'data' },
    count: 12,
  },
  storages: {
    item: `${V1}/notebooks/{instance_id}/storage/{storage_id}`,
    key: ['id'],
    noun: 'storage',
    lists: { listDynamicStorages: 'data' },
    of: 'notebooks',
    count: 2,
  },
  models: {
    item: `${V1}/models/{model_id}`,
    key: ['model_id'],
    noun: 'model',
    lists: { listModels: 'models' },
    count: 6,
  },
  services: {
    item: `${V1}/services/{service_id}`,
    key: ['service_id'],
    noun: 'service',
    lists: { listServices: 'services' },
    count: 5,
  },
  apps: {
    item: `${V1}/app-auth/apps/{app_id}`,
    key: ['app_id'],
    noun: 'app',
    lists: { listApigApps: 'apps' },
    count: 3,
  },
  devServers: {
    item: `${V1}/dev-servers/{id}`,
    key: ['id'],
    noun: 'server',
    lists: { listDevServers: 'data', listAllDevServers: 'data', syncDevServers: 'data' },
    count: 4,
  },
  hyperinstances: {
    item: `${V1}/dev-servers/hyperinstance/{id}`,
    key: ['id'],
    noun: 'hyperinstance',
    lists: { listHyperinstances: 'data', listAllHyperinstances: 'data' },
    count: 3,
  },
  hyperClusters: {
    item: `${V1}/dev-servers/hyper-clusters/{id}`,
    key: ['id'],
    noun: 'hypercluster',
    lists: { listHyperCluster: 'hyper_clusters' },
    count: 2,
  },
  devServerImages: {
    item: `${V1}/dev-servers/images/{id}`,
    key: ['image_id'],
    noun: 'serverimage',
    lists: { listDevServerImages: 'data' },
    count: 3,
  },
  devServerJobs: {
    item: `${V1}/dev-servers/jobs/{id}`,
    key: ['id'],
    noun: 'serverjob',
    lists: { listDevServerJobs: 'data' },
    count: 3,
  },
  jobTemplates: {
    item: `${V1}/dev-servers/jobs/templates/{id}`,
    key: ['id'],
    noun: 'template',
    lists: { listDevServerJobTemplates: 'data' },
    count: 3,
  },
} as const satisfies Record<string, Omit<Collection, 'of'> & { of?: string }>;

export type CollectionName = keyof typeof TABLE;
export const COLLECTIONS: Readonly<Record<CollectionName, Collection>> = TABLE;
export const COLLECTION_NAMES = Object.keys(TABLE) as CollectionName[];

/** Parameters that name an item elsewhere than behind its own path. */
export const PARAMETERS: Readonly<Record<string, CollectionName>> = {
  pool_name: 'pools',
  service_id: 'services',
  resource_id: 'services',
  instance_id: 'notebooks',
  image_id: 'images',
};
