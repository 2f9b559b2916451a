/** What is asked of everybody in turns, in the words of each. */
const FIELDS = 'name ip memory cpu isReady kernelVersion';

export interface Question {
  name: string;
  isthmus: string;
  postgraphile: string;
  /** Of the server that answers with one statement. */
  path: string;
  /** Earlier builds cannot answer it. */
  isNew?: boolean;
}

export const QUESTIONS: Question[] = [
  {
    name: '20 clusters with 10 nodes each',
    isthmus: `{ clusters(first: 20) { nodes { name nodes(first: 10) { nodes { ${FIELDS} } } } } }`,
    postgraphile: `{ allClusters(first: 20) { nodes { name machinesByClusterId(first: 10) { nodes { ${FIELDS} } } } } }`,
    path: '/clusters',
  },
  {
    name: '100 nodes with a label, by memory',
    isthmus: `{ clusterNodes(first: 100, filter: {label: {eq: "l3"}}, orderBy: [{field: MEMORY, direction: ASC}]) { nodes { ${FIELDS} } } }`,
    postgraphile: `{ allMachines(first: 100, filter: {nodeLabelsByNodeId: {some: {name: {equalTo: "l3"}}}}, orderBy: [MEMORY_ASC]) { nodes { ${FIELDS} } } }`,
    path: '/filtered',
  },
  {
    name: 'one node with its cluster',
    isthmus: '{ clusterNode(id: "4242") { name ip cluster { name } } }',
    postgraphile: '{ machineByRowId(rowId: 4242) { name ip clusterByClusterId { name } } }',
    path: '/single',
  },
  {
    name: '20 deployments with targets and history',
    isthmus: `{ deployments(first: 20) { nodes { deployName version status running
      targets(first: 10) { nodes { state running total cluster { name } } }
      history(first: 10) { nodes { version deployType } } } } }`,
    postgraphile: `{ allDeployments(first: 20) { nodes { deployName version status running
      deploymentTargetsByDeploymentId(first: 10) { nodes { state running total clusterByHoldsClusterId { name } } }
      deploymentAuditsByDeploymentId(first: 10) { nodes { version deployType } } } } }`,
    path: '/deployments',
    isNew: true,
  },
  {
    name: '20 virtual machines with networks',
    isthmus: `{ virtualMachines(first: 20) { nodes { id name status hostName vcpus memoryMb createdAt
      networks(first: 10) { nodes { id name } } } } }`,
    // There is no foreign key to networks, which may be gone: it tells their keys alone.
    postgraphile: `{ allVirtualMachines(first: 20) { nodes { rowId name status hostName vcpus memoryMb createdAt
      virtualMachineNetworksByVirtualMachineId(first: 10) { nodes { networkId } } } } }`,
    path: '/machines',
    isNew: true,
  },
  {
    name: '100 records',
    isthmus:
      '{ records(first: 100) { nodes { id name dataCenterName status progress size createdAt endedAt } } }',
    postgraphile:
      '{ allRecords(first: 100, orderBy: [CREATED_AT_DESC]) { nodes { rowId name dataCenterName status progress size createdAt endedAt } } }',
    path: '/records',
    isNew: true,
  },
];

/** Of a documented list, which PostGraphile has none of. */
export interface RestQuestion {
  name: string;
  rest: string;
  path: string;
}

const DATA_CENTER = 'd'.repeat(32);

export const REST_QUESTIONS: RestQuestion[] = [
  { name: 'GET /v1/node, 100 nodes', rest: '/v1/node?pageSize=100', path: '/v1/node' },
  {
    name: 'GET nova_data, 100 virtual machines',
    rest: `/api/v1/nova_data?dc_id=${DATA_CENTER}&limit=100`,
    path: '/nova_data',
  },
];
