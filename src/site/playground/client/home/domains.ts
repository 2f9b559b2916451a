interface Counted {
  totalCount: number;
}

interface Listed<Item> extends Counted {
  nodes: Item[];
}

/** Something that does not work, and why. */
export interface Problem {
  name: string;
  why: string;
}

/** What is shown of a domain. */
export interface Picture {
  count: number;
  problems: Problem[];
  /** How many more there are than are shown. */
  more: number;
}

export interface Domain {
  name: string;
  /** The Playground's tab that lists it. */
  example: string;
  query: string;
  pictureOf: (data: Record<string, unknown>) => Picture;
  /** What to do while there is none. */
  first?: { text: string; example: string };
}

/** How many problems of a domain are shown. */
const SHOWN = 5;

type Kind<Item> = Omit<Domain, 'query' | 'pictureOf'> & {
  /** The field of the graph. */
  list: string;
  /** The filter that chooses what does not work, and what is asked of it. */
  bad?: { filter: string; fields: string; problemOf: (item: Item) => Problem };
};

/** A domain whose list can be filtered by what does not work. */
function domain<Item>({ list, bad, ...rest }: Kind<Item>): Domain {
  const badList = bad
    ? `bad: ${list}(first: ${SHOWN}, filter: ${bad.filter}) { totalCount nodes { ${bad.fields} } }`
    : '';
  return {
    ...rest,
    query: `{ all: ${list}(first: 1) { totalCount } ${badList} }`,
    pictureOf: (data) => {
      const all = data['all'] as Counted;
      const found = data['bad'] as Listed<Item> | undefined;
      const problems = bad && found ? found.nodes.map(bad.problemOf) : [];
      return { count: all.totalCount, problems, more: (found?.totalCount ?? 0) - problems.length };
    },
  };
}

interface DataCenter {
  name: string;
  taskRuns: Listed<{ kind: string; status: string; errorInfo: string | null }>;
}

const dataCenters: Domain = {
  name: 'Data centers',
  example: 'DataCenters',
  first: { text: 'Register a data center', example: 'RegisterDataCenter' },
  query: `{ dataCenters(first: 100) { totalCount nodes { name taskRuns(first: 1) { nodes { kind status errorInfo } } } } }`,
  pictureOf: (data) => {
    const { totalCount, nodes } = data['dataCenters'] as Listed<DataCenter>;
    const problems = nodes.flatMap(({ name, taskRuns }) =>
      taskRuns.nodes
        .filter(({ status }) => status === 'FAILED')
        .map(({ kind, errorInfo }) => ({ name, why: `${kind}: ${errorInfo ?? 'failed'}` })),
    );
    return {
      count: totalCount,
      problems: problems.slice(0, SHOWN),
      more: Math.max(problems.length - SHOWN, 0),
    };
  },
};

/** What the first page shows, in its order. */
export const DOMAINS: readonly Domain[] = [
  domain({
    name: 'Platforms',
    example: 'Platforms',
    list: 'platforms',
    first: { text: 'Register a platform', example: 'RegisterPlatform' },
  }),
  domain<{ name: string; failure: string | null }>({
    name: 'Clusters',
    example: 'Clusters',
    list: 'clusters',
    first: { text: 'Register a cluster', example: 'RegisterCluster' },
    bad: {
      filter: '{ isReady: { eq: false } }',
      fields: 'name failure',
      problemOf: ({ name, failure }) => ({ name, why: failure ?? 'it has not been heard of' }),
    },
  }),
  domain({ name: 'Applications', example: 'Apps', list: 'apps' }),
  domain<{ deployName: string; status: string; targets: Listed<{ message: string }> }>({
    name: 'Deployments',
    example: 'Deployments',
    list: 'deployments',
    bad: {
      filter: '{ status: { in: [FAILED, INTERNAL_ERROR, PARTIAL_SUCCESS] } }',
      fields: 'deployName status targets(first: 20) { nodes { message } }',
      problemOf: ({ deployName, status, targets }) => ({
        name: deployName,
        why: targets.nodes.find(({ message }) => message !== '')?.message ?? status,
      }),
    },
  }),
  dataCenters,
  domain<{ name: string; traceback: string | null }>({
    name: 'Records',
    example: 'Records',
    list: 'records',
    bad: {
      filter: '{ status: { eq: FAILED } }',
      fields: 'name traceback',
      problemOf: ({ name, traceback }) => ({ name, why: traceback ?? 'it failed' }),
    },
  }),
  domain({ name: 'YAML files', example: 'YamlJobs', list: 'yamlJobs' }),
  domain<{ name: string; subject: string | null; lastError: string | null }>({
    name: 'Jobs',
    example: 'Jobs',
    list: 'jobs',
    bad: {
      filter: '{ state: { in: [RETRY, FAILED] } }',
      fields: 'name subject lastError',
      problemOf: ({ name, subject, lastError }) => ({
        name: `${name} ${subject ?? ''}`.trim(),
        why: lastError ?? 'it is tried again',
      }),
    },
  }),
  domain({ name: 'Users', example: 'Users', list: 'users' }),
];
