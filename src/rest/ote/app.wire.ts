import { z } from 'zod';
import { APP_FIELDS, type App, CHART_FIELDS, DeployType } from '../../domains/apps/index.js';
import { file } from '../kit/form.js';
import { toSeconds } from './common.wire.js';

const { gpu, ...FIELDS } = APP_FIELDS;

/** ote 002, Application Management 1, which writes GPU in capitals. */
export const AppBody = z.object({ ...FIELDS, GPU: gpu });

/** ote 002, Application Management 5: a form. */
export const ChartBody = z.object({
  ...CHART_FIELDS,
  chart: file('The chart file'),
});

/** ote 002, Application Management 3: the one number that is documented. */
const USABLE = 1;

/** What the example of the list shows, in that order. */
export const AppWire = z.object({
  id: z.int(),
  appName: z.string(),
  status: z.literal(USABLE).meta({ description: '1: it can be deployed' }),
  deployType: z.enum(DeployType).meta({ description: 'deployment or daemonset' }),
  image: z.string().meta({ description: 'Image with its tag; empty where a chart says what runs' }),
  projectName: z
    .string()
    .meta({ description: 'Project of the image in the configured Harbor; empty when it is not there' }),
  repositoryId: z.string().meta({ description: 'External repository; empty for none' }),
  version: z.string(),
  replicas: z.int(),
  port: z.array(
    z.object({
      port: z.int(),
      hostPort: z.int().optional().meta({ description: 'Left out where there is none' }),
    }),
  ),
  command: z.string(),
  volume: z.array(z.object({ path: z.string(), hostPath: z.string(), readOnly: z.boolean() })),
  dependence: z.array(z.object({ name: z.string(), service: z.string(), port: z.int() })),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  minReplicas: z.int(),
  maxReplicas: z.int(),
  minCPU: z.int().meta({ description: 'Percent of a core' }),
  maxCPU: z.int().meta({ description: 'Percent of a core' }),
  GPU: z.int(),
  isHPA: z.boolean(),
  targetCPUUtilization: z.int().meta({ description: 'Percent of minCPU' }),
  targetMemUtilization: z.int().meta({ description: 'Percent of minMemory' }),
  minMemory: z.int().meta({ description: 'MB of 1,048,576 bytes' }),
  maxMemory: z.int().meta({ description: 'MB of 1,048,576 bytes' }),
  maxUnavailable: z.int(),
  maxSurge: z.int(),
  minReadySeconds: z.int(),
  createTime: z.int().meta({ description: 'Seconds since 1970' }),
  updateTime: z.int().meta({ description: 'Seconds since 1970' }),
});

export function toAppWire(
  app: Omit<App, 'chart' | 'hasChart'>,
  projectName: string,
): z.input<typeof AppWire> {
  const { name, ports, volumes, gpu: GPU, repositoryId, createdAt, updatedAt } = app;
  return {
    ...app,
    appName: name,
    status: USABLE,
    projectName,
    repositoryId: repositoryId ?? '',
    port: ports.map(({ port, hostPort }) => (hostPort === null ? { port } : { port, hostPort })),
    volume: volumes,
    GPU,
    createTime: toSeconds(createdAt),
    updateTime: toSeconds(updatedAt),
  };
}
