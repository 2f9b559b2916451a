import { z } from 'zod';
import { parseQuantity } from './quantity.js';

/**
 * What the product reads of the API's objects; the rest is dropped as they are parsed.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */

const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

const quantity = z.union([z.string(), z.number()]).transform((value, context) => {
  const number = parseQuantity(String(value));
  if (Number.isNaN(number)) context.addIssue('is no quantity');
  return number;
});
const quantities = z
  .record(z.string(), quantity)
  .nullish()
  .transform((value) => value ?? {});
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const statusSchema = z.object({
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.number().optional(),
  details: z
    .object({
      retryAfterSeconds: z.number().optional(),
      causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional(),
    })
    .nullish()
    .transform((value) => value ?? undefined)
    .optional(),
});
export type Status = Partial<z.output<typeof statusSchema>>;

export const versionSchema = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() });

export const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

export const namespaceSchema = z.object({
  metadata: z.object({ uid: z.string() }),
  status: z.object({ phase: z.string().optional() }).nullish(),
});

/** The API leaves `items` null when there are none. */
export const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
});

export const nodeSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: strings,
    creationTimestamp: instant,
  }),
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      capacity: quantities,
      allocatable: quantities,
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      nodeInfo: z
        .object({
          operatingSystem: z.string(),
          osImage: z.string(),
          architecture: z.string(),
          kernelVersion: z.string(),
          kubeletVersion: z.string(),
        })
        .nullish(),
    })
    .nullish(),
});
export type NodeObject = z.output<typeof nodeSchema>;

export const watchEventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

export const versionedSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

const optionalInstant = instant.nullish();
export const eventSchema = z.object({
  metadata: z.object({ creationTimestamp: optionalInstant }),
  type: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  count: z.number().nullish(),
  involvedObject: z.object({
    kind: z.string().nullish(),
    name: z.string().nullish(),
    namespace: z.string().nullish(),
  }),
  series: z.object({ count: z.number().nullish(), lastObservedTime: optionalInstant }).nullish(),
  firstTimestamp: optionalInstant,
  lastTimestamp: optionalInstant,
  eventTime: optionalInstant,
});
export type EventObject = z.output<typeof eventSchema>;

const container = z.object({
  restartPolicy: z.string().nullish(),
  resources: z.object({ requests: quantities }).nullish(),
});
export const podSchema = z.object({
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).nullish(),
    overhead: quantities,
    resources: z.object({ requests: quantities }).nullish(),
  }),
});
export type PodObject = z.output<typeof podSchema>;
