export interface Domain {
  /** As the address of the map has it. */
  id: string;
  name: string;
  /** Under which heading it is chosen. */
  group: string;
  /** Of its colour, in degrees. */
  hue: number;
}

export const OWN_GROUP = 'Isthmus';
const PREFIX = 'ModelArts';

/** What a person looks for in a domain; whatever hangs from it alone is of the same domain. */
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  Platforms: ['Platform', 'PlatformOperation', 'PlatformCallPayload', 'TransmitPayload'],
  'Users and businesses': ['User', 'Business', 'AuditEvent', 'LogInPayload', 'LogOutPayload'],
  Clusters: ['Cluster', 'ClusterNode'],
  Images: [
    'ImageProject',
    'ImageTag',
    'ExternalRepository',
    'HarborAccount',
    'DeleteImageProjectsPayload',
    'DeleteImagesPayload',
    'DeleteImageTagsPayload',
  ],
  Applications: ['App'],
  Deployments: ['Deployment', 'DeploymentAudit', 'DeploymentPreview', 'DeploymentLogLine'],
  'Data centers': [
    'DataCenter',
    'Host',
    'VirtualMachine',
    'VirtualMachineState',
    'Task',
    'Record',
    'RecordPart',
    'ConnectionStatus',
  ],
  YAML: ['YamlJob', 'GenerateYamlPayload'],
  Jobs: ['Job'],
};

/** Degrees that keep each colour away from the one before. */
const HUE_STEP = 47;
const HUE_START = 170;

const idOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

/** "TrainingJobs" as a person writes it. */
const spaced = (name: string): string =>
  Array.from(name, (letter) => (letter === letter.toLowerCase() ? letter : ` ${letter.toLowerCase()}`)).join(
    '',
  );

function modelArtsSeeds(typeNames: readonly string[]): [string, string[]][] {
  const groups = typeNames
    .filter((name) => name.startsWith(PREFIX) && name.endsWith('Query'))
    .map((name) => name.slice(PREFIX.length, -'Query'.length));
  return [
    ...groups.map((group): [string, string[]] => [
      PREFIX + spaced(group),
      [`${PREFIX}${group}Query`, `${PREFIX}${group}Mutation`],
    ]),
    // The last, since it leads to all that they have.
    [PREFIX, [PREFIX, `${PREFIX}Platform`, `${PREFIX}Mutation`]],
  ];
}

/** The domains of a graph, and the types that each begins with. */
export function domainsOf(typeNames: readonly string[]): { domain: Domain; seeds: readonly string[] }[] {
  const own = Object.entries(SEEDS).map(([name, seeds]) => ({ name, seeds, group: OWN_GROUP }));
  const others = modelArtsSeeds(typeNames).map(([name, seeds]) => ({ name, seeds, group: PREFIX }));
  return [...own, ...others]
    .filter(({ seeds }) => seeds.some((seed) => typeNames.includes(seed)))
    .map(({ name, seeds, group }, index) => ({
      domain: { id: idOf(name), name, group, hue: (HUE_START + index * HUE_STEP) % 360 },
      seeds,
    }));
}
