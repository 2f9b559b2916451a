import { z } from 'zod';
import { MAX_PORT } from '../../kernel/ports.js';
import { storableText, text } from '../../kernel/validation.js';
import { DeployType } from './app.entity.js';
import { climbs, normalPath } from './hostPaths.js';
import { isImageReference } from './imageReference.js';

const MAX_PORTS = 100;
const MAX_VOLUMES = 100;
const MAX_VARIABLES = 500;
const MAX_DEPENDENCES = 100;
const MAX_COMMAND = 4096;
const MAX_PATH = 1024;
const MAX_VARIABLE_NAME = 256;
/** Of one value, and of all names and values together: an object of Kubernetes is limited to 1.5 MB. */
const MAX_VALUE = 65_536;
export const MAX_ENVIRONMENT = 262_144;
const MAX_REPOSITORY_ID = 253;
const MAX_IMAGE = 512;

/** Pods. */
const MAX_PODS = 10_000;
/** Percent of a core: 10,000 cores. */
const MAX_CPU = 1_000_000;
/** MB: 16 TiB. */
const MAX_MEMORY = 16_777_216;
const MAX_GPUS = 1000;
/** Percent of what is requested. */
const MAX_UTILIZATION = 10_000;
/** Seconds: a day. */
const MAX_READY_SECONDS = 86_400;

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const VERSION = /^[0-9]{1,9}(\.[0-9]{1,9}){1,3}$/;
const VARIABLE_NAME = /^[A-Za-z_.-][A-Za-z0-9_.-]*$/;

/** What is left out, or null as some clients write what they leave out. */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish();

const count = (min: number, max: number, description: string) =>
  z.int().min(min, `must be ${min} or more`).max(max, `must be at most ${max}`).meta({ description });

const port = (description: string) =>
  z
    .int()
    .min(1, `must be from 1 to ${MAX_PORT}`)
    .max(MAX_PORT, `must be from 1 to ${MAX_PORT}`)
    .meta({ description });

const listOf = <S extends z.ZodType>(item: S, most: number) =>
  z.array(item).max(most, `must have at most ${most}`);

const absolutePath = () =>
  text(1, MAX_PATH)
    .refine((path) => path.startsWith('/'), 'must be absolute')
    .refine((path) => !climbs(path), 'must not have the part ..');

export const PortItem = z.object({
  port: port('Port of the pod, unique'),
  hostPort: optional(port('Port of its node that leads there, unique; none without it')),
});

export const VolumeItem = z.object({
  path: absolutePath()
    .refine((path) => normalPath(path) !== '/', 'must not be the whole file system')
    .refine((path) => !path.includes(':'), 'must not have a colon, as in Kubernetes')
    .meta({ description: 'Where the application sees it: absolute, unique', example: '/host/usr/bin' }),
  hostPath: absolutePath().meta({
    description:
      "Where it is on the node: absolute; not the machine's own files and devices, and nothing of Kubernetes or container runtimes",
    example: '/usr/bin',
  }),
  readOnly: optional(z.boolean()).meta({
    description:
      'Whether the application cannot write to it; false without it. WRITABLE_HOST_PATHS says what may be written to',
  }),
});

export const VariableItem = z.object({
  name: text(1, MAX_VARIABLE_NAME)
    .refine(
      (name) => VARIABLE_NAME.test(name),
      'must have letters, digits, _, - and . alone and not begin with a digit, as in Kubernetes',
    )
    .refine((name) => name !== '.' && !name.startsWith('..'), 'must not be . or begin with ..')
    .meta({ description: 'Name as Kubernetes takes it, unique', example: 'NGINX_PATH' }),
  value: text(0, MAX_VALUE).meta({ description: 'Value', example: '/usr/share/nginx/' }),
});

export const DependenceItem = z.object({
  name: text(1, MAX_REPOSITORY_ID).meta({ description: 'Name of the other application' }),
  service: text(0, MAX_REPOSITORY_ID).meta({ description: 'Name of its service' }),
  port: port('Port of the service'),
});

export const APP_NAME = storableText()
  .refine(
    (name) => DNS_LABEL.test(name),
    'must have 1 to 63 lower-case letters, digits and -, with a letter or digit at both ends, as in Kubernetes',
  )
  .meta({
    description:
      'Name: 1 to 63 lower-case letters, digits and -, a letter or digit at both ends; unique in the business together with the version',
    pattern: DNS_LABEL.source,
    example: 'nginx1',
  });

export const APP_VERSION = storableText()
  .refine((version) => VERSION.test(version), 'must be 2 to 4 numbers with dots between them, such as 1.1')
  .meta({
    description: 'Version: 2 to 4 numbers with dots between them',
    pattern: VERSION.source,
    example: '1.2',
  });

/** An application as every door accepts it (ote 002, Application Management 1). */
export const APP_FIELDS = {
  appName: APP_NAME,
  deployType: z
    .enum(DeployType, 'must be deployment or daemonset')
    .meta({ description: 'How it is deployed: deployment or daemonset', example: 'deployment' }),
  image: storableText()
    .refine(
      isImageReference,
      'must be an image with its tag or digest, such as registry.example.org/project/image:1.0',
    )
    .meta({ description: 'Image with its tag', maxLength: MAX_IMAGE, example: 'nginx:latest' }),
  version: APP_VERSION,
  repositoryId: optional(text(0, MAX_REPOSITORY_ID)).meta({
    description: 'External repository whose account pulls the image; empty for none',
    example: 'repo1',
  }),
  port: listOf(PortItem, MAX_PORTS).meta({ description: 'Ports on which it listens' }),
  command: optional(text(0, MAX_COMMAND)).meta({
    description: "Start command line; empty for the image's own",
    example: '',
  }),
  volume: optional(listOf(VolumeItem, MAX_VOLUMES)).meta({ description: 'Paths of nodes that it sees' }),
  dependence: optional(listOf(DependenceItem, MAX_DEPENDENCES)).meta({
    description: 'What it needs of other applications, for whoever reads it; nothing follows from it',
  }),
  env: optional(listOf(VariableItem, MAX_VARIABLES)).meta({ description: 'Its environment' }),
  replicas: optional(count(0, MAX_PODS, '')).meta({
    description: 'Pods of a deployment; minReplicas, or 1, without it',
    example: 10,
  }),
  minReplicas: optional(count(0, MAX_PODS, '')).meta({
    description: 'Least pods of a deployment; replicas without it',
    example: 2,
  }),
  maxReplicas: optional(count(0, MAX_PODS, '')).meta({
    description: 'Most pods of a deployment; replicas without it',
    example: 20,
  }),
  minCPU: count(0, MAX_CPU, 'CPU that each pod is sure of, in percent of a core'),
  maxCPU: count(1, MAX_CPU, 'Most CPU of each pod, in percent of a core'),
  gpu: optional(count(0, MAX_GPUS, '')).meta({ description: 'GPUs of each pod; none without it' }),
  isHPA: z.boolean().meta({
    description:
      'Whether the number of pods of a deployment follows their load, from minReplicas to maxReplicas',
  }),
  targetCPUUtilization: count(0, MAX_UTILIZATION, 'Use of CPU, in percent of minCPU, that isHPA aims at'),
  targetMemUtilization: count(
    0,
    MAX_UTILIZATION,
    'Use of memory, in percent of minMemory, that isHPA aims at',
  ),
  minMemory: count(0, MAX_MEMORY, 'Memory that each pod is sure of, in MB of 1,048,576 bytes'),
  maxMemory: count(1, MAX_MEMORY, 'Most memory of each pod, in MB of 1,048,576 bytes'),
  maxUnavailable: count(0, MAX_PODS, 'Most pods that may be missing while it is updated'),
  maxSurge: count(
    0,
    MAX_PODS,
    'Most pods beyond those wanted while it is updated; not 0 with maxUnavailable',
  ),
  minReadySeconds: count(
    0,
    MAX_READY_SECONDS,
    'Seconds for which a new pod must be ready before it counts as available',
  ),
};
