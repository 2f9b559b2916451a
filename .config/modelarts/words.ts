// Names as words, and what the fields mean whose names come again and again.

const MEANINGS: Record<string, string> = {
  affinity: 'Which nodes it prefers',
  annotations: 'What is noted of it beside its labels, by name',
  apiVersion: 'Version of the resource',
  api_version: 'Version of the resource',
  arch: 'Architecture of the processors',
  app_name: 'Name of the app',
  availability_zone: 'Availability zone',
  category: 'Category that it belongs to',
  charging_mode: 'How it is paid for',
  continue: 'Mark of the page to go on with, as the page before has told it',
  count: 'How many there are',
  cpu: 'Processor',
  create_at: 'When it was created',
  create_time: 'When it was created',
  creationTimestamp: 'When it was created',
  current: 'Number of this page',
  data: 'What this page holds',
  data_volumes: 'Further disks',
  description: 'What it is for',
  domain_id: 'Id of the account',
  duration: 'How long it lasts',
  enterprise_project_id: 'Id of the enterprise project',
  fail_reason: 'Why it failed',
  failure_reason: 'Why it failed',
  feature: 'Kind of notebook',
  flavor: 'Specification of the machine',
  flavor_type: 'Kind of specification',
  id: 'Its id',
  image: 'Image that it is made of',
  image_id: 'Id of the image',
  ip: 'Its address',
  items: 'What was found',
  key_pair_name: 'Name of the SSH key pair',
  kind: 'Kind of the resource',
  labelSelector: 'Only what bears these labels, as Kubernetes writes them',
  labels: 'Its labels',
  limit: 'How many a page holds at most',
  memory: 'Memory',
  message: 'What there is to say of it',
  metadata: 'What identifies it',
  mount_path: 'Folder where it is mounted',
  name: 'Its name',
  namespace: 'Namespace that it belongs to',
  obs_url: 'Where it lies in the object storage',
  offset: 'Where the page begins',
  order: 'In which direction it is sorted',
  order_id: 'Id of the order',
  owner: 'Whose it is',
  pages: 'How many pages there are',
  phase: 'Phase that it is in',
  pool_id: 'Id of the resource pool',
  pool_name: 'Name of the resource pool',
  project_id: 'Id of the project',
  size: 'Its size',
  sort_by: 'By what it is sorted',
  sort_dir: 'In which direction it is sorted',
  sort_key: 'By what it is sorted',
  spec: 'How it is meant to be',
  status: 'State that it is in',
  subnet_id: 'Id of the subnet',
  tags: 'Its tags',
  total: 'How many there are in all',
  total_count: 'How many there are in all',
  type: 'Its type',
  update_at: 'When it was changed last',
  update_time: 'When it was changed last',
  uri: 'Its address',
  url: 'Its address',
  user: 'Who uses it',
  user_id: 'Id of the user',
  user_name: 'Name of the user',
  value: 'Its value',
  version: 'Its version',
  vpc_id: 'Id of the virtual private cloud',
  workspaceId: 'Id of the workspace',
  workspace_id: 'Id of the workspace; the default one is "0"',
};

/** What is written in capitals. */
const SHORT = new Set(
  'ai api bms cann ces cce cidr cpu dns ecs efs evs gpu ha hps http https iam id ip k8s lvm nfs npu obs os pfs ram sdk sfs sku smn ssh swr tms uid uri url uuid vpc'.split(
    ' ',
  ),
);

const spelled = (word: string): string => {
  if (SHORT.has(word.toLowerCase())) return word.toUpperCase();
  return /^[A-Z][a-z]/.test(word) ? word.toLowerCase() : word;
};

/** `AuthTypeAPIInfo`, `os.modelarts/billing.mode` and `pool_id` in words. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])|([A-Z]+)([A-Z][a-z])/g, '$1$3 $2$4')
    .split(/[^A-Za-z\d]+/)
    .filter(Boolean)
    .map(spelled);
  return words.join(' ');
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a field or parameter of this name holds. */
export function meaningOf(name: string): string {
  const known = MEANINGS[name];
  if (known) return known;
  // Labels and annotations of Kubernetes: os.modelarts/billing.mode.
  const [, label] = /\/(.+)$/.exec(name) ?? [];
  if (label !== undefined) return `${sentence(wordsOf(label))}: \`${name}\``;
  const words = wordsOf(name);
  const [, what, which] = /^(.+) (ID|URL|name|version|type|status)s?$/.exec(words) ?? [];
  if (what === undefined || which === undefined) return sentence(words);
  const plural = words.endsWith('s') && which !== 'status' ? 's' : '';
  return `${which === 'ID' ? 'Id' : sentence(which)}${plural} of the ${what}`;
}

/** What an API does, from "This API is used to …". */
export function purposeOf(text: string): string {
  return sentence(text.replace(/^This (?:API|interface) is used to /, ''));
}

const sources: Record<string, string> = {
  'sdk-nodejs ModelArtsClient': "of Huawei's SDK",
  unknown: 'of ModelArts',
};

/** What a type is, and where more is told of it. */
export function typeMeaning(name: string, source: string): string {
  const plain = wordsOf(
    name.replace(/(?:Response|Resp|Res|Rep|Request|Req|RequestBody|VO|Model)$/, '') || name,
  );
  const origin = sources[source] ?? `after ${source.replace(/^docs: (?:support\.huaweicloud\.com )?/, '')}`;
  return `${sentence(plain)}: \`${name}\` ${origin}`;
}
