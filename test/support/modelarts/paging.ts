/** Operations whose `offset` counts pages of `limit` records, as Huawei's API reference has it; of the others it counts records. */
export const IN_PAGES: ReadonlySet<string> = new Set([
  'listTrainingJobs',
  'listTrainingJobEvents',
  'showModelEngineAndRuntime',
  'listModels',
  'listApigApps',
  'showApisBindToApp',
  'showApiAuthInfos',
  'listServices',
  'showServiceSpecifications',
  'showServiceEvents',
  'getAuthorizations',
  'listWorkspace',
  'listPoolTags',
]);

/** The largest `limit` that the API reference allows, where it says so; regions differ in whether they insist. */
export const LARGEST: Readonly<Record<string, number>> = {
  listNotebooks: 50,
  listAllNotebooks: 50,
  listAlgorithms: 50,
  listTrainingJobs: 50,
  listTrainingJobEvents: 100,
  listImage: 200,
  listImageGroup: 200,
  listPoolTags: 200,
  listPoolNodes: 500,
  listNodePoolNodes: 500,
  listEvents: 500,
  listNetworks: 500,
  listResourceFlavors: 500,
  listWorkloads: 500,
  listJobs: 500,
};
