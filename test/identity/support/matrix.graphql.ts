import { PASSWORD, uniqueName } from '../../support/people.js';
import { HARBOR_ADMIN } from '../../support/harbor/server.js';
import { ADMIN } from '../../support/server.js';
import { CHART } from '../../apps/support/charts.js';
import { APP } from '../../apps/support/world.js';
import { EXAMPLE, type File } from '../../yamlgen/support/workbooks.js';
import {
  APP_ID,
  CLUSTER,
  DATA_CENTER,
  DEPLOYMENT,
  FREE_PLATFORM,
  PLATFORM,
  RECORD,
  REPOSITORY,
  TASK_RUN,
  type Scene,
  YAML_JOB,
} from './callers.js';

export interface GraphRow {
  /** One outcome a caller: + (anything but the others), 401, 403, 404, or null where the answer is null. */
  expected: string;
  document: string;
  /** Whether it is a subscription that ends by itself. */
  mayEnd?: boolean;
  variables?: (scene: Scene) => Record<string, unknown>;
  /** By where they stand in the variables. */
  files?: Record<string, File>;
}

/** The root fields that need no token; introspection, as which `_service` counts, apart. */
export const PUBLIC_FIELDS = ['logIn', 'refreshSession', 'registerUser', 'viewer'];

const PUBLIC = '+ + + + + + +';
const WORKING = '401 403 + + + + +';
const ADMINISTRATORS = '401 403 403 403 + + +';
const IN_BUSINESS = '401 403 403 + + + +';
const OF_BUSINESS = '401 403 403 + + 404 +';
const BY_BUSINESS = '401 403 403 + + + 403';
const SYSTEM_ADMINISTRATOR = '401 403 403 403 403 403 +';
const OF_OWN_BUSINESS = '401 403 403 403 + 403 +';
const SEEN_WITHIN_BUSINESS = '401 403 403 403 + null +';
const CHANGED_WITHIN_BUSINESS = '401 403 403 403 + 404 +';

/** What is there for a caller's own business alone, whatever its role. */
const OF_DATA_CENTER = '401 403 404 + + 404 +';
const SEEN_DATA_CENTER = '401 403 null + + null +';

const OF_OWN_REPOSITORY = '401 403 403 + + 404 +';

const mutation = (field: string, input: string, selection: string): string =>
  `mutation ($input: ${input}!) { ${field}(input: $input) { ${selection} } }`;
const modelArts = (id: string): string =>
  `mutation { modelArts(platformId: "${id}") { workspaces { delete(workspaceId: "w") { workspaceId } } } }`;
const entity = 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }';

const newUser = () => ({
  input: {
    user: uniqueName('made'),
    password: PASSWORD,
    phone: '12345678',
    isAdmin: true,
    realName: 'Somebody',
  },
});
const newBusiness = () => ({
  input: { name: uniqueName('made'), introduce: 'i', objective: 'o', scale: 's' },
});
const newPlatform = () => ({ input: { name: 'made', protocol: 'HTTP', host: '127.0.0.1', port: 1 } });

const clusterLabel = () => ({ input: { clusterLabel: 'l', clusterName: [CLUSTER.name] } });
const nodeLabel = () => ({ input: { nodeLabel: 'l', clusterName: CLUSTER.name, nodeName: [CLUSTER.node] } });
const dataCenter = () => ({ input: { id: DATA_CENTER } });
const task = () => ({ input: { cid: DATA_CENTER, task: 'STATIC' } });
const newApp = () => ({
  input: { ...APP, appName: uniqueName('made'), deployType: 'DEPLOYMENT' },
});

/** What is read of a cloud, by its type. */
const ITEMS: Record<string, readonly [one: string, many: string]> = {
  Aggregate: ['aggregate', 'aggregates'],
  Flavor: ['flavor', 'flavors'],
  Host: ['host', 'hosts'],
  Image: ['image', 'images'],
  Network: ['network', 'networks'],
  Stack: ['stack', 'stacks'],
  Tenant: ['tenant', 'tenants'],
  VirtualMachine: ['virtualMachine', 'virtualMachines'],
  Volume: ['volume', 'volumes'],
  VolumeType: ['volumeType', 'volumeTypes'],
};
const INVENTORY: Record<string, GraphRow> = Object.fromEntries(
  Object.entries(ITEMS).flatMap(([type, [one, many]]): [string, GraphRow][] => [
    [one, { expected: SEEN_DATA_CENTER, document: `{ ${one}(id: "${DATA_CENTER}:1") { id } }` }],
    [many, { expected: WORKING, document: `{ ${many} { totalCount nodes { id } } }` }],
    [
      `_entities ${type}`,
      {
        expected: SEEN_DATA_CENTER,
        document: entity,
        variables: () => ({ of: [{ __typename: type, id: `${DATA_CENTER}:1` }] }),
      },
    ],
  ]),
);

/**
 * Every root field; `_entities` once for each type that it can find, and others once for each kind of object, named
 * after a colon, where it matters whose it is.
 */
export const GRAPH_MATRIX: Record<string, GraphRow> = {
  auditEvents: { expected: ADMINISTRATORS, document: '{ auditEvents { totalCount nodes { id } } }' },
  viewer: { expected: 'null + + + + + +', document: '{ viewer { id } }' },
  users: { expected: ADMINISTRATORS, document: '{ users { totalCount nodes { id } } }' },
  user: {
    expected: SEEN_WITHIN_BUSINESS,
    document: 'query ($id: ID!) { user(id: $id) { id } }',
    variables: ({ member }) => ({ id: member.id }),
  },
  businesses: { expected: WORKING, document: '{ businesses { totalCount nodes { id } } }' },
  business: {
    expected: '401 403 null + + null +',
    document: 'query ($id: ID!) { business(id: $id) { id } }',
    variables: ({ business }) => ({ id: business.id }),
  },
  platforms: { expected: ADMINISTRATORS, document: '{ platforms { totalCount nodes { id } } }' },
  platform: {
    expected: ADMINISTRATORS,
    document: `{ platform(id: "${PLATFORM}") { id } }`,
  },
  modelArtsAll: { expected: ADMINISTRATORS, document: '{ modelArtsAll { platform { id } } }' },
  node: {
    expected: '401 null null null + null +',
    document: 'query ($id: ID!) { node(nodeId: $id) { nodeId } }',
    variables: ({ member }) => ({ id: Buffer.from(`User:${member.id}`).toString('base64url') }),
  },
  nodes: {
    expected: '401 null null null + null +',
    document: 'query ($id: ID!) { nodes(nodeIds: [$id]) { nodeId } }',
    variables: ({ member }) => ({ id: Buffer.from(`User:${member.id}`).toString('base64url') }),
  },
  jobs: { expected: SYSTEM_ADMINISTRATOR, document: '{ jobs { totalCount nodes { id state } } }' },
  clusters: { expected: IN_BUSINESS, document: '{ clusters { totalCount nodes { id name } } }' },
  cluster: { expected: IN_BUSINESS, document: `{ cluster(id: "${CLUSTER.id}") { id } }` },
  clusterNode: { expected: IN_BUSINESS, document: `{ clusterNode(id: "${CLUSTER.nodeId}") { id } }` },
  clusterNodes: { expected: IN_BUSINESS, document: '{ clusterNodes { totalCount nodes { id } } }' },
  clusterLabels: { expected: IN_BUSINESS, document: '{ clusterLabels }' },
  apps: { expected: IN_BUSINESS, document: '{ apps { totalCount nodes { id } } }' },
  app: { expected: '401 403 403 + + null +', document: `{ app(id: ${APP_ID}) { id } }` },
  nodeLabels: { expected: IN_BUSINESS, document: '{ nodeLabels }' },
  externalRepositories: {
    expected: IN_BUSINESS,
    document: '{ externalRepositories { totalCount nodes { id } } }',
  },
  externalRepository: {
    expected: '401 403 403 + + null +',
    document: `{ externalRepository(id: "${REPOSITORY.id}") { id } }`,
  },
  imageProjects: { expected: IN_BUSINESS, document: '{ imageProjects { nodes { id } } }' },
  harborAccount: { expected: IN_BUSINESS, document: '{ harborAccount { user } }' },
  _service: { expected: PUBLIC, document: '{ _service { sdl } }' },
  '_entities User': {
    expected: '401 null null null + null +',
    document: entity,
    variables: ({ member }) => ({ of: [{ __typename: 'User', id: member.id }] }),
  },
  '_entities Business': {
    expected: '401 403 null + + null +',
    document: entity,
    variables: ({ business }) => ({ of: [{ __typename: 'Business', id: business.id }] }),
  },
  '_entities Platform': {
    expected: ADMINISTRATORS,
    document: entity,
    variables: () => ({ of: [{ __typename: 'Platform', id: PLATFORM }] }),
  },

  '_entities Cluster': {
    expected: IN_BUSINESS,
    document: entity,
    variables: () => ({ of: [{ __typename: 'Cluster', name: CLUSTER.name }] }),
  },
  '_entities ClusterNode': {
    expected: IN_BUSINESS,
    document: entity,
    variables: () => ({ of: [{ __typename: 'ClusterNode', id: String(CLUSTER.nodeId) }] }),
  },
  '_entities App': {
    expected: '401 403 403 + + null +',
    document: entity,
    variables: () => ({ of: [{ __typename: 'App', id: String(APP_ID) }] }),
  },

  '_entities ExternalRepository': {
    expected: '401 403 403 + + null +',
    document: entity,
    variables: () => ({ of: [{ __typename: 'ExternalRepository', id: String(REPOSITORY.id) }] }),
  },

  registerUser: {
    expected: PUBLIC,
    document: mutation('registerUser', 'RegisterUserInput', 'user { id }'),
    variables: newUser,
  },
  createUser: {
    expected: ADMINISTRATORS,
    document: mutation('createUser', 'CreateUserInput', 'user { id }'),
    variables: newUser,
  },
  auditUser: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('auditUser', 'AuditUserInput', 'user { id }'),
    variables: ({ member }) => ({ input: { id: member.id, status: 'FORBIDDEN' } }),
  },
  resetPassword: {
    expected: CHANGED_WITHIN_BUSINESS,
    document: mutation('resetPassword', 'ResetPasswordInput', 'user { id }'),
    variables: ({ member }) => ({ input: { id: member.id, password: PASSWORD } }),
  },
  changePassword: {
    expected: WORKING,
    document: mutation('changePassword', 'ChangePasswordInput', 'user { id }'),
    variables: () => ({ input: { oldPassword: ADMIN.password, password: PASSWORD } }),
  },
  deleteUser: {
    expected: CHANGED_WITHIN_BUSINESS,
    document: mutation('deleteUser', 'DeleteUserInput', 'user { id }'),
    variables: ({ member }) => ({ input: { id: member.id } }),
  },
  createBusiness: {
    expected: '401 403 + 403 + + 403',
    document: mutation('createBusiness', 'CreateBusinessInput', 'business { id }'),
    variables: newBusiness,
  },
  auditBusiness: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('auditBusiness', 'AuditBusinessInput', 'business { id }'),
    variables: ({ business }) => ({ input: { id: business.id, status: 'APPROVED' } }),
  },
  logIn: {
    expected: PUBLIC,
    document: mutation('logIn', 'LogInInput', 'user { id }'),
    variables: () => ({ input: ADMIN }),
  },
  refreshSession: {
    expected: PUBLIC,
    document: mutation('refreshSession', 'RefreshSessionInput', 'user { id }'),
    variables: ({ caller }) => ({ input: { refreshToken: caller.refreshToken } }),
  },
  logOut: { expected: '401 + + + + + +', document: 'mutation { logOut { loggedOut } }' },
  registerPlatform: {
    expected: ADMINISTRATORS,
    document: mutation('registerPlatform', 'RegisterPlatformInput', 'platform { id }'),
    variables: newPlatform,
  },
  updatePlatform: {
    expected: OF_OWN_BUSINESS,
    document: mutation('updatePlatform', 'UpdatePlatformInput', 'platform { id }'),
    variables: () => ({ input: { id: PLATFORM, name: 'changed' } }),
  },
  "updatePlatform: nobody's": {
    expected: ADMINISTRATORS,
    document: mutation('updatePlatform', 'UpdatePlatformInput', 'platform { id }'),
    variables: () => ({ input: { id: FREE_PLATFORM, name: 'changed' } }),
  },
  transmit: {
    expected: ADMINISTRATORS,
    document: mutation('transmit', 'TransmitInput', 'status'),
    variables: () => ({ input: { platformId: PLATFORM, method: 'GET', path: '/' } }),
  },
  callPlatform: {
    expected: CHANGED_WITHIN_BUSINESS,
    document: mutation('callPlatform', 'CallPlatformInput', 'status'),
    variables: () => ({ input: { platformId: PLATFORM, operation: 'it' } }),
  },
  modelArts: {
    expected: CHANGED_WITHIN_BUSINESS,
    document: modelArts(PLATFORM),
  },
  "modelArts: nobody's": {
    expected: ADMINISTRATORS,
    document: modelArts(FREE_PLATFORM),
  },
  deletePlatform: {
    expected: OF_OWN_BUSINESS,
    document: mutation('deletePlatform', 'DeletePlatformInput', 'platform { id }'),
    variables: () => ({ input: { id: PLATFORM } }),
  },
  "deletePlatform: nobody's": {
    expected: ADMINISTRATORS,
    document: mutation('deletePlatform', 'DeletePlatformInput', 'platform { id }'),
    variables: () => ({ input: { id: FREE_PLATFORM } }),
  },

  registerCluster: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('registerCluster', 'RegisterClusterInput', 'cluster { id }'),
    variables: () => ({ input: { name: uniqueName('made'), kubeconfig: 'none' } }),
  },
  updateCluster: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('updateCluster', 'UpdateClusterInput', 'cluster { id }'),
    variables: () => ({ input: { id: CLUSTER.id, kubeconfig: 'none' } }),
  },
  deleteCluster: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('deleteCluster', 'DeleteClusterInput', 'cluster { id }'),
    variables: () => ({ input: { id: CLUSTER.id } }),
  },
  addClusterLabel: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('addClusterLabel', 'ClusterLabelInput', 'clusters { id }'),
    variables: clusterLabel,
  },
  removeClusterLabel: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('removeClusterLabel', 'ClusterLabelInput', 'clusters { id }'),
    variables: clusterLabel,
  },
  addNodeLabel: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('addNodeLabel', 'NodeLabelInput', 'nodes { id }'),
    variables: nodeLabel,
  },
  removeNodeLabel: {
    expected: SYSTEM_ADMINISTRATOR,
    document: mutation('removeNodeLabel', 'RemoveNodeLabelInput', 'nodes { id }'),
    variables: nodeLabel,
  },
  createApp: {
    expected: BY_BUSINESS,
    document: mutation('createApp', 'CreateAppInput', 'app { id }'),
    variables: newApp,
  },
  uploadChart: {
    expected: BY_BUSINESS,
    document: mutation('uploadChart', 'UploadChartInput', 'app { id }'),
    variables: () => ({
      input: { appName: uniqueName('made'), version: '1.1', chart: CHART.toString('base64') },
    }),
  },
  deleteApps: {
    expected: '401 403 403 + + 404 +',
    document: mutation('deleteApps', 'DeleteAppsInput', 'apps { id }'),
    variables: () => ({ input: { ids: [APP_ID] } }),
  },

  createExternalRepository: {
    expected: '401 403 403 + + + 403',
    document: mutation('createExternalRepository', 'CreateExternalRepositoryInput', 'repository { id }'),
    variables: () => ({
      input: { repositoryId: uniqueName('made'), address: '127.0.0.1:1', user: 'u', password: 'p' },
    }),
  },
  checkExternalRepository: {
    expected: OF_OWN_REPOSITORY,
    document: mutation('checkExternalRepository', 'CheckExternalRepositoryInput', 'result'),
    variables: () => ({ input: { id: String(REPOSITORY.id) } }),
  },
  deleteExternalRepositories: {
    expected: OF_OWN_REPOSITORY,
    document: mutation(
      'deleteExternalRepositories',
      'DeleteExternalRepositoriesInput',
      'repositories { id }',
    ),
    variables: () => ({ input: { ids: [String(REPOSITORY.id)] } }),
  },
  // What would have to be there is left out, and complained of to whoever may.
  createHarborAccount: {
    expected: IN_BUSINESS,
    document: mutation('createHarborAccount', 'CreateHarborAccountInput', 'account { user }'),
    variables: () => ({ input: { user: 'somebody', password: 'Harbor-Pass-1' } }),
  },
  changeHarborPassword: {
    expected: IN_BUSINESS,
    document: mutation('changeHarborPassword', 'ChangeHarborPasswordInput', 'account { user }'),
    variables: () => ({ input: { password: HARBOR_ADMIN.password } }),
  },
  createImageProject: {
    expected: IN_BUSINESS,
    document: mutation('createImageProject', 'CreateImageProjectInput', 'project { id }'),
    variables: () => ({ input: { projectName: 'a', public: false } }),
  },
  deleteImageProjects: {
    expected: IN_BUSINESS,
    document: mutation('deleteImageProjects', 'DeleteImageProjectsInput', 'ids'),
    variables: () => ({ input: { ids: [] } }),
  },
  deleteImages: {
    expected: IN_BUSINESS,
    document: mutation('deleteImages', 'DeleteImagesInput', 'imageNames'),
    variables: () => ({ input: { imageName: [] } }),
  },
  deleteImageTags: {
    expected: IN_BUSINESS,
    document: mutation('deleteImageTags', 'DeleteImageTagsInput', 'tags'),
    variables: () => ({ input: { imageName: 'a/b', tag: [] } }),
  },
  deployments: { expected: IN_BUSINESS, document: '{ deployments { totalCount nodes { id } } }' },
  deployment: {
    expected: '401 403 403 + + null +',
    document: `{ deployment(id: ${DEPLOYMENT.id}) { id } }`,
  },
  deploymentAudits: {
    expected: ADMINISTRATORS,
    document: '{ deploymentAudits { totalCount nodes { id } } }',
  },
  '_entities Deployment': {
    expected: '401 403 403 + + null +',
    document: entity,
    variables: () => ({ of: [{ __typename: 'Deployment', id: String(DEPLOYMENT.id) }] }),
  },
  createDeployment: {
    // Another business has no such application.
    expected: '401 403 403 + + 404 403',
    document: mutation('createDeployment', 'CreateDeploymentInput', 'deployment { id }'),
    variables: () => ({
      input: { deployName: uniqueName('made'), appName: 'somewhere', version: '1.1', cluster: 'nowhere' },
    }),
  },
  upgradeDeployment: {
    expected: OF_BUSINESS,
    document: mutation('upgradeDeployment', 'UpgradeDeploymentInput', 'deployment { id }'),
    variables: () => ({ input: { id: DEPLOYMENT.id, version: '1.1' } }),
  },
  rollbackDeployment: {
    expected: OF_BUSINESS,
    document: mutation('rollbackDeployment', 'RollbackDeploymentInput', 'deployment { id }'),
    variables: () => ({ input: { id: DEPLOYMENT.id, version: '0.9' } }),
  },
  deleteDeployment: {
    expected: OF_BUSINESS,
    document: mutation('deleteDeployment', 'DeleteDeploymentInput', 'deployment { id }'),
    variables: () => ({ input: { id: DEPLOYMENT.id } }),
  },
  auditDeployment: {
    expected: CHANGED_WITHIN_BUSINESS,
    document: mutation('auditDeployment', 'AuditDeploymentInput', 'audit { id }'),
    variables: () => ({ input: { id: DEPLOYMENT.changeId, status: 'APPROVED' } }),
  },

  clusterUpdated: { expected: IN_BUSINESS, document: 'subscription { clusterUpdated { id } }' },
  clusterDeleted: { expected: IN_BUSINESS, document: 'subscription { clusterDeleted }' },
  deploymentUpdated: { expected: IN_BUSINESS, document: 'subscription { deploymentUpdated { id } }' },
  deploymentLogs: {
    expected: OF_BUSINESS,
    document: `subscription { deploymentLogs(id: ${DEPLOYMENT.id}) { line } }`,
    mayEnd: true,
  },
  platformChanged: { expected: ADMINISTRATORS, document: 'subscription { platformChanged { id } }' },

  ...INVENTORY,
  inventoryChanges: {
    expected: OF_DATA_CENTER,
    document: `{ inventoryChanges(from: "${TASK_RUN}", to: "${TASK_RUN}") { totalCount } }`,
  },
  dataCenters: { expected: WORKING, document: '{ dataCenters { totalCount nodes { id } } }' },
  dataCenter: { expected: SEEN_DATA_CENTER, document: `{ dataCenter(id: "${DATA_CENTER}") { id } }` },
  '_entities DataCenter': {
    expected: SEEN_DATA_CENTER,
    document: entity,
    variables: () => ({ of: [{ __typename: 'DataCenter', id: DATA_CENTER }] }),
  },
  '_entities Task': {
    expected: SEEN_DATA_CENTER,
    document: entity,
    variables: () => ({ of: [{ __typename: 'Task', id: `${DATA_CENTER}:static` }] }),
  },
  '_entities TaskRun': {
    expected: SEEN_DATA_CENTER,
    document: entity,
    variables: () => ({ of: [{ __typename: 'TaskRun', id: TASK_RUN }] }),
  },
  registerDataCenter: {
    expected: WORKING,
    document: mutation('registerDataCenter', 'RegisterDataCenterInput', 'dataCenter { id }'),
    variables: () => ({ input: { name: uniqueName('made') } }),
  },
  updateDataCenter: {
    expected: OF_DATA_CENTER,
    document: mutation('updateDataCenter', 'UpdateDataCenterInput', 'dataCenter { id }'),
    variables: dataCenter,
  },
  deleteDataCenter: {
    expected: OF_DATA_CENTER,
    document: mutation('deleteDataCenter', 'DeleteDataCenterInput', 'dataCenter { id }'),
    variables: dataCenter,
  },
  forgetHostKey: {
    expected: OF_DATA_CENTER,
    document: mutation('forgetHostKey', 'ForgetHostKeyInput', 'host { id }'),
    variables: () => ({ input: { id: `${DATA_CENTER}:1` } }),
  },
  testConnection: {
    expected: OF_DATA_CENTER,
    document: mutation('testConnection', 'TestConnectionInput', 'connection { isConnected }'),
    variables: dataCenter,
  },
  refreshDataCenter: {
    expected: OF_DATA_CENTER,
    document: mutation('refreshDataCenter', 'RefreshDataCenterInput', 'dataCenter { id }'),
    variables: dataCenter,
  },
  pauseTask: {
    expected: OF_DATA_CENTER,
    document: mutation('pauseTask', 'TaskInput', 'task { id }'),
    variables: task,
  },
  resumeTask: {
    expected: OF_DATA_CENTER,
    document: mutation('resumeTask', 'TaskInput', 'task { id }'),
    variables: task,
  },
  setTaskInterval: {
    expected: OF_DATA_CENTER,
    document: mutation('setTaskInterval', 'SetTaskIntervalInput', 'task { id }'),
    variables: () => ({ input: { cid: DATA_CENTER, task: 'STATIC', interval: 3600 } }),
  },
  yamlJobs: { expected: WORKING, document: '{ yamlJobs { totalCount nodes { id } } }' },
  yamlJob: { expected: SEEN_DATA_CENTER, document: `{ yamlJob(id: "${YAML_JOB}") { id } }` },
  '_entities YamlJob': {
    expected: SEEN_DATA_CENTER,
    document: entity,
    variables: () => ({ of: [{ __typename: 'YamlJob', id: YAML_JOB }] }),
  },
  generateYaml: {
    expected: WORKING,
    document: mutation('generateYaml', 'GenerateYamlInput', 'files { name }'),
    variables: () => ({
      input: { site: 'GZ', ceeVer: '28', pjtName: 'p', excel: null, yaml: [null], dryRun: true },
    }),
    files: { 'input.excel': EXAMPLE.workbook, 'input.yaml.0': { name: 'hosts.yaml', content: 'a: 1\n' } },
  },
  deleteYamlJobs: {
    expected: OF_DATA_CENTER,
    document: mutation('deleteYamlJobs', 'DeleteYamlJobsInput', 'yamlJobs { id }'),
    variables: () => ({ input: { ids: [YAML_JOB] } }),
  },
  yamlJobUpdated: { expected: WORKING, document: 'subscription { yamlJobUpdated { id } }' },
  records: { expected: WORKING, document: '{ records { totalCount nodes { id } } }' },
  record: { expected: SEEN_DATA_CENTER, document: `{ record(id: "${RECORD}") { id } }` },
  recordWorkbook: {
    expected: SEEN_DATA_CENTER,
    document: `{ recordWorkbook(id: "${RECORD}") { base64 next } }`,
  },
  '_entities Record': {
    expected: SEEN_DATA_CENTER,
    document: entity,
    variables: () => ({ of: [{ __typename: 'Record', id: RECORD }] }),
  },
  createRecord: {
    expected: OF_DATA_CENTER,
    document: mutation('createRecord', 'CreateRecordInput', 'record { id }'),
    variables: () => ({ input: { name: 'made', cid: DATA_CENTER } }),
  },
  deleteRecord: {
    expected: OF_DATA_CENTER,
    document: mutation('deleteRecord', 'DeleteRecordInput', 'record { id }'),
    variables: () => ({ input: { id: RECORD } }),
  },
  recordUpdated: { expected: WORKING, document: 'subscription { recordUpdated { id } }' },
  taskRunFinished: { expected: WORKING, document: 'subscription { taskRunFinished { id } }' },
};
