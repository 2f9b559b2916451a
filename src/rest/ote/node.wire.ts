import { z } from 'zod';
import type { ListedNode } from '../../domains/edge/index.js';

/** ote 002, Node Management 1: what its example shows, in that order, then the rest of its table. */
export const NodeWire = z.object({
  nodeName: z.string(),
  operatingSystem: z.string(),
  clusterName: z.string().meta({ description: 'Cluster that the node belongs to' }),
  kernelVersion: z.string(),
  isReady: z.boolean().meta({ description: 'Whether the node is alive' }),
  ip: z.string().meta({ description: 'Internal address; empty when the cluster tells none' }),
  memory: z.int().meta({ description: 'Bytes' }),
  cpu: z.int().meta({ description: 'Cores' }),
  gpu: z.int().meta({ description: 'GPU memory in bytes' }),
  disk: z.int().meta({ description: 'Bytes' }),
});

type NodeField = keyof typeof NodeWire.shape;
const FIELDS = Object.keys(NodeWire.shape) as NodeField[];
const isField = (name: string): name is NodeField => FIELDS.some((field) => field === name);

/** The fields to present, comma-separated; all without it. */
export const NodeFields = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])))
  .refine((names) => names.every(isField), `must be a list of ${FIELDS.join(', ')}`)
  .transform((names): NodeField[] => {
    const wanted = FIELDS.filter((field) => names.includes(field));
    return wanted.length === 0 ? FIELDS : wanted;
  })
  .meta({
    type: 'string',
    pattern: `^((${FIELDS.join('|')})(,(${FIELDS.join('|')}))*)?$`,
    example: 'nodeName,isReady',
    description: `Fields to present, comma-separated, of ${FIELDS.join(', ')}; all without it`,
  });

export function toNodeWire(node: ListedNode, fields: readonly NodeField[]) {
  const whole: z.infer<typeof NodeWire> = {
    nodeName: node.name,
    operatingSystem: node.operatingSystem,
    clusterName: node.clusterName,
    kernelVersion: node.kernelVersion,
    isReady: node.isReady,
    ip: node.ip ?? '',
    memory: node.memory,
    cpu: Math.round(node.cpu),
    gpu: node.gpuMemory,
    disk: node.disk,
  };
  return Object.fromEntries(fields.map((field) => [field, whole[field]]));
}
