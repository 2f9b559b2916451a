import type { Example } from './example.js';

const users = `# The users that you may see, and their businesses.
query Users {
  users(first: 20, orderBy: [{ field: NAME }]) {
    nodes {
      id
      name
      roleName
      status
      business {
        name
      }
    }
    totalCount
  }
}
`;

const auditTrail = `# Who changed what, the latest first: for
# administrators.
query AuditTrail {
  auditEvents(first: 20) {
    nodes {
      createdAt
      actorName
      action
      objectType
      objectId
    }
    totalCount
  }
}
`;

const clusters = `# The clusters, and why those that are dead are so.
query Clusters {
  clusters(first: 20) {
    nodes {
      id
      name
      isReady
      failure
      version
      lastSeenAt
      nodeCount
      readyNodeCount
      labels
    }
    totalCount
  }
}
`;

const registerCluster = `# Registers a cluster. The guide "Registering a cluster"
# says how to make the kubeconfig that goes into the
# variables, as the text of its file.
mutation RegisterCluster($input: RegisterClusterInput!) {
  registerCluster(input: $input) {
    cluster {
      id
      name
      version
    }
  }
}
`;

const clusterNodes = `# The machines of a cluster. Run Clusters first: it
# fills in the cluster's id.
query ClusterNodes($cluster: ID!) {
  clusterNodes(first: 20, filter: { clusterId: { eq: $cluster } }) {
    nodes {
      id
      name
      isReady
      ip
      cpu
      memory
      labels
    }
    totalCount
  }
}
`;

const images = `# Your account of the image repository, and the
# registries elsewhere that clusters pull from.
query Images {
  harborAccount {
    user
  }
  externalRepositories(first: 20) {
    nodes {
      id
      repositoryId
      address
    }
    totalCount
  }
}
`;

const apps = `# What can be deployed. Users of a business make one
# with createApp, or uploadChart.
query Apps {
  apps(first: 20) {
    nodes {
      id
      name
      version
      image
      hasChart
      status
    }
    totalCount
  }
}
`;

const deployments = `# What runs where. Users of a business make one with
# createDeployment; dryRun: true shows what it would do.
query Deployments {
  deployments(first: 20) {
    nodes {
      id
      deployName
      appName
      version
      status
      running
      error
      total
    }
    totalCount
  }
}
`;

const deployment = `# A deployment in each of its clusters, and why it does
# not run there. Run Deployments first: it fills in the id.
query DeploymentTargets($id: ID!) {
  deployment(id: $id) {
    deployName
    status
    targets(first: 20) {
      nodes {
        state
        message
        running
        total
        cluster {
          name
        }
      }
    }
  }
}
`;

const registerDataCenter = `# Registers a data center. With mode: true it is read on
# a schedule, and lcmIp, lcmUser, lcmPwd and
# openstackrcDir say how; this one only has a name.
mutation RegisterDataCenter($input: RegisterDataCenterInput!) {
  registerDataCenter(input: $input) {
    dataCenter {
      id
      name
    }
  }
}
`;

const dataCenters = `# The data centers, and how they were read last.
query DataCenters {
  dataCenters(first: 20) {
    nodes {
      id
      name
      mode
      taskRuns(first: 3) {
        nodes {
          kind
          status
          errorInfo
          endedAt
        }
      }
    }
    totalCount
  }
}
`;

const virtualMachines = `# The virtual machines of a data center. Run
# DataCenters first: it fills in the id.
query VirtualMachines($dataCenter: ID!) {
  virtualMachines(first: 20, filter: { dataCenterId: { eq: $dataCenter } }) {
    nodes {
      id
      name
      status
      vcpus
      memoryMb
      hostName
    }
    totalCount
  }
}
`;

const records = `# Workbooks of data centers. createRecord writes one.
query Records {
  records(first: 20) {
    nodes {
      id
      name
      dataCenterName
      status
      progress
      traceback
    }
    totalCount
  }
}
`;

const yamlJobs = `# Files made of templates and a workbook. generateYaml
# makes them; its files go in a form, by curl or a client.
query YamlJobs {
  yamlJobs(first: 20) {
    nodes {
      id
      site
      projectName
      status
      fileNames
    }
    totalCount
  }
}
`;

const jobs = `# What waits to be done, and what failed and why: for
# system administrators.
query Jobs {
  jobs(first: 20) {
    nodes {
      name
      subject
      state
      attempts
      lastError
    }
    totalCount
  }
}
`;

const modelArts = `# Training jobs and notebooks of every ModelArts
# platform at once. RegisterPlatform with
# kind: MODELARTS, region, projectId and credentials
# adds one; without any, the list is empty.
query ModelArts {
  modelArtsAll {
    platform {
      id
      name
    }
    trainingJobs(first: 5) {
      totalCount
      nodes {
        metadata {
          id
          name
        }
      }
    }
    notebooks(first: 5) {
      totalCount
      nodes {
        id
        name
        status
      }
    }
  }
}
`;

/** For each domain what there is of it, and what became of it. */
export const DOMAINS: readonly Example[] = [
  { query: users },
  { query: auditTrail },
  { query: registerCluster, variables: { input: { name: 'edge', kubeconfig: '' } } },
  { query: clusters },
  { query: clusterNodes, variables: { cluster: '' }, wants: { cluster: 'cluster' } },
  { query: images },
  { query: apps },
  { query: deployments },
  { query: deployment, variables: { id: '' }, wants: { id: 'deployment' } },
  { query: registerDataCenter, variables: { input: { name: 'lab', mode: false } } },
  { query: dataCenters },
  { query: virtualMachines, variables: { dataCenter: '' }, wants: { dataCenter: 'dataCenter' } },
  { query: records },
  { query: yamlJobs },
  { query: jobs },
  { query: modelArts },
];
