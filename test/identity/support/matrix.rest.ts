import { PASSWORD, uniqueName } from '../../support/people.js';
import { HARBOR_ADMIN } from '../../support/harbor/server.js';
import { ADMIN } from '../../support/server.js';
import { CHART, formOf } from '../../apps/support/charts.js';
import { APP } from '../../apps/support/world.js';
import { formOf as yamlForm } from '../../yamlgen/support/calls.js';
import { EXAMPLE } from '../../yamlgen/support/workbooks.js';
import {
  APP_ID,
  CLUSTER,
  DATA_CENTER,
  DEPLOYMENT,
  FREE_PLATFORM,
  PLATFORM,
  RECORD,
  REPOSITORY,
  type Scene,
  YAML_JOB,
} from './callers.js';

export interface RestRow {
  /** One outcome a caller: + (anything but the others), 401, 403, 404. */
  expected: string;
  /** Values of the path's parameters. */
  params?: (scene: Scene) => Record<string, string>;
  body?: (scene: Scene) => object;
}

const PUBLIC = '+ + + + + + +';
const ANY_SESSION = '401 + + + + + +';
const WORKING = '401 403 + + + + +';
const ADMINISTRATORS = '401 403 403 403 + + +';
const WITHIN_BUSINESS = '401 403 403 403 + 404 +';
const OF_OWN_BUSINESS = '401 403 403 403 + 403 +';
const IN_BUSINESS = '401 403 403 + + + +';
const BY_BUSINESS = '401 403 403 + + + 403';
const OF_BUSINESS = '401 403 403 + + 404 +';
const MEMBERS = '401 403 403 + + + 403';
const OF_OWN_REPOSITORY = '401 403 403 + + 404 +';
const SYSTEM_ADMINISTRATOR = '401 403 403 403 403 403 +';

const newUser = () => ({
  user: uniqueName('made'),
  password: PASSWORD,
  phone: '12345678',
  isAdmin: true,
  realName: 'Somebody',
});
const newBusiness = () => ({
  name: uniqueName('made'),
  introduce: 'i',
  objective: 'o',
  scale: 's',
});
const harborUser = () => ({ user: 'somebody', password: 'Harbor-Pass-1' });
const newRepository = () => ({
  repositoryId: uniqueName('made'),
  address: '127.0.0.1:1',
  user: 'u',
  password: 'p',
});
const repositories = () => ({ repositoryId: [REPOSITORY.name] });
const newPlatform = () => ({ name: 'made', protocol: 'http', host: '127.0.0.1', port: '1' });

const member = ({ member }: Scene) => ({ userId: String(member.id) });
const business = ({ business }: Scene) => ({ id: String(business.id) });
const platform = () => ({ id: PLATFORM });
const freePlatform = () => ({ id: FREE_PLATFORM });
const forwarded = { expected: ADMINISTRATORS, params: () => ({ uri: 'x' }) };

const clusterLabel = () => ({ clusterLabel: 'l', clusterName: [CLUSTER.name] });
const nodeLabel = () => ({ nodeLabel: 'l', clusterName: CLUSTER.name, nodeName: [CLUSTER.node] });
const newApp = () => ({ ...APP, appName: uniqueName('made') });
const newChart = () => formOf({ appName: uniqueName('made'), version: '1.1', chart: CHART });
const BY_OWN_BUSINESS = '401 403 403 + + 404 403';
const newDeployment = () => ({
  deployName: uniqueName('made'),
  appName: 'somewhere',
  version: '1.1',
  cluster: 'nowhere',
  nodeLabel: '',
  comment: '',
});
const deployment = () => ({ deployId: String(DEPLOYMENT.id) });
const decision = () => ({ id: DEPLOYMENT.changeId, status: 1, comment: '' });
const app = () => ({ appId: String(APP_ID) });
const dataCenter = () => ({ id: DATA_CENTER });
/** What is there for a caller's own business alone, whatever its role. */
const OF_DATA_CENTER = '401 403 404 + + 404 +';

/** Every operation of every REST system; once for each kind of object, named after a colon, where it matters whose it is. */
export const REST_MATRIX: Record<string, RestRow> = {
  // From outside the trusted networks.
  'platform GET /v1/routes': { expected: ADMINISTRATORS },
  'platform GET /v1/routes/{id}': { expected: ADMINISTRATORS, params: platform },
  'platform POST /v1/routes': { expected: ADMINISTRATORS, body: newPlatform },
  'platform PUT /v1/routes/{id}': { expected: OF_OWN_BUSINESS, params: platform, body: newPlatform },
  "platform PUT /v1/routes/{id}: nobody's": {
    expected: ADMINISTRATORS,
    params: freePlatform,
    body: newPlatform,
  },
  'platform DELETE /v1/routes/{id}': { expected: OF_OWN_BUSINESS, params: platform },
  "platform DELETE /v1/routes/{id}: nobody's": { expected: ADMINISTRATORS, params: freePlatform },
  'platform GET /{uri}': forwarded,
  'platform POST /{uri}': forwarded,
  'platform PUT /{uri}': forwarded,
  'platform PATCH /{uri}': forwarded,
  'platform DELETE /{uri}': forwarded,
  'platform HEAD /{uri}': forwarded,

  'ote POST /authorization': { expected: PUBLIC, body: () => ADMIN },
  'ote PUT /authorization': { expected: ANY_SESSION },
  'ote DELETE /authorization': { expected: ANY_SESSION },
  'ote DELETE /authorizations': { expected: ANY_SESSION },
  'ote GET /authorization': { expected: ANY_SESSION },
  'ote POST /user': { expected: PUBLIC, body: newUser },
  'ote PUT /user': {
    expected: WORKING,
    body: () => ({ oldPassword: ADMIN.password, password: PASSWORD }),
  },
  'ote GET /admin/user': { expected: ADMINISTRATORS },
  'ote POST /admin/user': { expected: ADMINISTRATORS, body: newUser },
  'ote PUT /admin/user/{userId}': {
    expected: SYSTEM_ADMINISTRATOR,
    params: member,
    body: () => ({ status: 3 }),
  },
  'ote DELETE /admin/user/{userId}': { expected: WITHIN_BUSINESS, params: member },
  'ote PUT /admin/user/{userId}/password': {
    expected: WITHIN_BUSINESS,
    params: member,
    body: () => ({ password: PASSWORD }),
  },
  // Who administers a business already is told of the conflict.
  'ote POST /business': { expected: '401 403 + 403 + + 403', body: newBusiness },
  'ote GET /business': { expected: WORKING },
  'ote GET /business/id/{id}': { expected: '401 403 404 + + 404 +', params: business },
  'ote PUT /business/id/{id}': {
    expected: SYSTEM_ADMINISTRATOR,
    params: business,
    body: () => ({ comment: 'pass', status: 1 }),
  },

  'ote GET /cluster': { expected: IN_BUSINESS },
  'ote POST /cluster/label': { expected: SYSTEM_ADMINISTRATOR, body: clusterLabel },
  'ote DELETE /cluster/label': { expected: SYSTEM_ADMINISTRATOR, body: clusterLabel },
  'ote GET /cluster/label': { expected: IN_BUSINESS },
  'ote GET /cluster/label/{clusterName}': {
    expected: IN_BUSINESS,
    params: () => ({ clusterName: CLUSTER.name }),
  },
  'ote GET /node': { expected: IN_BUSINESS },
  'ote POST /node/label': { expected: SYSTEM_ADMINISTRATOR, body: nodeLabel },
  'ote DELETE /node/label': { expected: SYSTEM_ADMINISTRATOR, body: nodeLabel },
  'ote GET /node/label': { expected: IN_BUSINESS },

  'ote POST /app': { expected: BY_BUSINESS, body: newApp },
  'ote POST /app/chart': { expected: BY_BUSINESS, body: newChart },
  'ote GET /app': { expected: IN_BUSINESS },
  'ote GET /app/{appId}': { expected: OF_BUSINESS, params: app },
  'ote GET /app/id/{appId}': { expected: OF_BUSINESS, params: app },
  'ote DELETE /app': { expected: OF_BUSINESS, body: () => ({ appId: [APP_ID] }) },
  // What would have to be there is left out, and complained of to whoever may.
  'ote GET /repository/image': { expected: IN_BUSINESS },
  'ote GET /repository/image/tag': { expected: IN_BUSINESS },
  'ote DELETE /repository/image': { expected: IN_BUSINESS, body: () => ({ imageName: [] }) },
  'ote DELETE /repository/image/tag': { expected: IN_BUSINESS, body: () => ({ imageName: 'a/b', tag: [] }) },
  'ote POST /repository/user': { expected: IN_BUSINESS, body: harborUser },
  'ote PUT /repository/user': { expected: IN_BUSINESS, body: () => ({ password: HARBOR_ADMIN.password }) },
  'ote GET /repository/project': { expected: IN_BUSINESS },
  'ote POST /repository/project': {
    expected: IN_BUSINESS,
    body: () => ({ projectName: 'made', public: false }),
  },
  'ote DELETE /repository/project': { expected: IN_BUSINESS, body: () => ({ projectId: [] }) },
  // Whoever belongs to no business can have none.
  'ote POST /repository/third': { expected: MEMBERS, body: newRepository },
  'ote POST /repository': { expected: MEMBERS, body: newRepository },
  'ote GET /repository/third': { expected: IN_BUSINESS },
  'ote GET /repository/third/{repoId}': {
    expected: OF_OWN_REPOSITORY,
    params: () => ({ repoId: REPOSITORY.name }),
  },
  'ote DELETE /repository/third': { expected: OF_OWN_REPOSITORY, body: repositories },
  'ote DELETE /repository': { expected: OF_OWN_REPOSITORY, body: repositories },

  // Another business has no such application.
  'ote POST /deploy': { expected: BY_OWN_BUSINESS, body: newDeployment },
  'ote POST /deploy/install': { expected: BY_OWN_BUSINESS, body: newDeployment },
  'ote GET /deploy': { expected: IN_BUSINESS },
  'ote GET /deploy/id/{deployId}': { expected: OF_BUSINESS, params: deployment },
  'ote POST /deploy/id/{deployId}': {
    expected: OF_BUSINESS,
    params: deployment,
    body: () => ({ version: '1.1' }),
  },
  'ote PUT /deploy/id/{deployId}': {
    expected: OF_BUSINESS,
    params: deployment,
    body: () => ({ version: '0.9', comment: '' }),
  },
  'ote DELETE /deploy/{deployName}': {
    expected: OF_BUSINESS,
    params: () => ({ deployName: DEPLOYMENT.name }),
  },
  'ote DELETE /deploy/id/{deployId}': { expected: OF_BUSINESS, params: deployment },
  'ote PUT /admin/deploy': { expected: WITHIN_BUSINESS, body: decision },
  'ote POST /admin/deploy': { expected: WITHIN_BUSINESS, body: decision },
  'ote GET /admin/deploy': { expected: ADMINISTRATORS },

  'optimus POST /login': {
    expected: PUBLIC,
    body: () => ({ name: ADMIN.user, password: ADMIN.password }),
  },
  'optimus POST /refresh': {
    expected: PUBLIC,
    body: ({ caller }) => ({ refresh_token: caller.refreshToken }),
  },
  'optimus POST /sign': {
    expected: PUBLIC,
    body: () => ({ name: uniqueName('made'), password: PASSWORD }),
  },
  'optimus POST /logout': { expected: ANY_SESSION, body: () => ({}) },

  // The parameters are missing where these are in the query, which the callers are told after they are known.
  'optimus GET /data_center': { expected: WORKING },
  'optimus POST /data_center': { expected: WORKING, body: () => ({ name: uniqueName('made') }) },
  'optimus PUT /data_center': { expected: OF_DATA_CENTER, body: dataCenter },
  'optimus DELETE /data_center': { expected: OF_DATA_CENTER, body: dataCenter },
  'optimus GET /connect_status': { expected: WORKING },
  'optimus POST /connect_status': {
    expected: WORKING,
    body: () => ({ lcm_ip: 'nowhere', lcm_user: 'u', lcm_pwd: 'p' }),
  },
  'optimus GET /scheduler/task': { expected: WORKING },
  'optimus POST /scheduler/task': {
    expected: OF_DATA_CENTER,
    body: () => ({ cid: DATA_CENTER, action: 'pause', task: 'static' }),
  },
  'optimus PUT /scheduler/task': {
    expected: OF_DATA_CENTER,
    body: () => ({ cid: DATA_CENTER, interval: 3600, task: 'static' }),
  },
  'optimus GET /scheduler/task/history': { expected: WORKING },
  'optimus GET /infrastructure': { expected: WORKING },
  'optimus GET /{cid}/infra_resource/{hid}': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, hid: '1' }),
  },
  'optimus GET /{cid}/nova_service/{state}': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, state: 'up' }),
  },
  'optimus GET /{cid}/cpu_layout/{hid}': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, hid: '1' }),
  },
  'optimus GET /{cid}/interface_driver/{hid}': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, hid: '1' }),
  },
  'optimus GET /{cid}/{vid}/network_port': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, vid: '1' }),
  },
  'optimus GET /{cid}/{tid}/tenant_quota': {
    expected: OF_DATA_CENTER,
    params: () => ({ cid: DATA_CENTER, tid: '1' }),
  },
  'optimus GET /config_data': { expected: WORKING },
  'optimus GET /nova_data': { expected: WORKING },
  'optimus GET /host_config_data': { expected: WORKING },
  'optimus GET /host_data': { expected: WORKING },
  'optimus POST /config/yaml_gen': { expected: WORKING, body: () => yamlForm(EXAMPLE) },
  'optimus GET /config/yaml_gen/history': { expected: WORKING },
  'optimus DELETE /config/yaml_gen/history': {
    expected: OF_DATA_CENTER,
    body: () => ({ id: [YAML_JOB] }),
  },
  'optimus GET /config/yaml_gen/result': { expected: WORKING },
  'optimus GET /record': { expected: WORKING },
  'optimus POST /record': { expected: OF_DATA_CENTER, body: () => ({ name: 'made', cid: DATA_CENTER }) },
  'optimus DELETE /record': { expected: OF_DATA_CENTER, body: () => ({ id: RECORD }) },
  'optimus GET /record/download': { expected: WORKING },
};
