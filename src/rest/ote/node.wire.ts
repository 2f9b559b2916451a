import { z } from 'zod';
import type { ValueText } from '../../kernel/answerText.js';
import { fieldsOf } from './common.wire.js';

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
/** The fields to present, comma-separated; all without it. */
export const NodeFields = fieldsOf('nodeName,isReady', Object.keys(NodeWire.shape) as NodeField[]);

/** Where each field stands in a node, and the form in which it is told. */
const TOLD: Readonly<Record<NodeField, readonly [name: string, form: string]>> = {
  nodeName: ['name', 'String'],
  operatingSystem: ['operatingSystem', 'String'],
  clusterName: ['clusterName', 'String'],
  kernelVersion: ['kernelVersion', 'String'],
  isReady: ['isReady', 'Boolean'],
  ip: ['ip', 'TextOrEmpty'],
  memory: ['memory', 'Whole'],
  cpu: ['cpu', 'Whole'],
  gpu: ['gpuMemory', 'Whole'],
  disk: ['disk', 'Whole'],
};

const texts = new Map<string, readonly ValueText[]>();

/** Made once for the same fields, of which there are few choices. */
export function nodeText(fields: readonly NodeField[]): readonly ValueText[] {
  const name = fields.join();
  const text =
    texts.get(name) ??
    fields.map((key): ValueText => {
      const [property, form] = TOLD[key];
      return { key, name: property, form, isNullable: false };
    });
  texts.set(name, text);
  return text;
}
