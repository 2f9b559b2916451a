import { z } from 'zod';
import { bytesOf, coresOf } from './quantity.js';
import { delayOf } from '../../kernel/retryAfter.js';
import { tidyInstant, tidyInt } from '../../net/numbers.js';
import { tidy } from '../../net/text.js';

/**
 * What the product reads of the API's objects; the rest is dropped as they are parsed.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */

/** Limits of Kubernetes, in characters: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const MOST_NAME = 253;
const MOST_LABEL_KEY = 317;
const MOST_LABEL_VALUE = 63;
const MOST_VERSION = 16_384;

const text = z.string().transform((value) => tidy(value));
const name = z.string().transform((value) => tidy(value, MOST_NAME));
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) =>
    Object.fromEntries(
      Object.entries(value ?? {}).map(([key, label]) => [
        tidy(key, MOST_LABEL_KEY),
        tidy(label, MOST_LABEL_VALUE),
      ]),
    ),
  );

const amount = (read: (value: unknown) => number) =>
  z.unknown().transform((value) => (value === undefined ? undefined : read(value)));
/** Of all resources, those that the product knows. */
const resources = z
  .object({
    cpu: amount(coresOf),
    memory: amount(bytesOf),
    'ephemeral-storage': amount(bytesOf),
    'nvidia.com/gpu': amount(bytesOf),
  })
  .partial()
  .nullish()
  .transform((value) => value ?? {});
export type Resources = z.output<typeof resources>;

const instant = z.iso.datetime({ offset: true }).transform((value) => tidyInstant(Date.parse(value)));

export const statusSchema = z.object({
  message: text.optional(),
  reason: text.optional(),
  code: z.number().optional(),
  details: z
    .object({
      retryAfterSeconds: z.number().transform(delayOf).optional(),
      causes: z.array(z.object({ reason: text.optional(), message: text.optional() })).optional(),
    })
    .nullish()
    .transform((value) => value ?? undefined)
    .optional(),
});
export type Status = Partial<z.output<typeof statusSchema>>;

export const versionSchema = z.object({ major: z.string(), minor: z.string(), gitVersion: text });

export const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

export const namespaceSchema = z.object({
  metadata: z.object({ uid: name }),
  status: z.object({ phase: z.string().optional() }).nullish(),
});

/** Not cut, since it is given back as it came. Some fronts of many clusters put those of all into one. */
const version = z.string().max(MOST_VERSION);

/** The API leaves `items` null when there are none. */
export const listSchema = z
  .object({
    metadata: z.object({ resourceVersion: version.nullish(), continue: z.string().nullish() }),
    items: z.array(z.unknown()).nullish(),
  })
  .transform(({ metadata }) => ({
    resourceVersion: metadata.resourceVersion ?? '',
    next: metadata.continue || null,
  }));

export const nodeSchema = z.object({
  metadata: z.object({
    name,
    uid: name,
    labels,
    creationTimestamp: instant,
  }),
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
  status: z
    .object({
      capacity: resources,
      allocatable: resources,
      addresses: z.array(z.object({ type: z.string(), address: text })).nullish(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
      nodeInfo: z
        .object({
          operatingSystem: text,
          osImage: text,
          architecture: text,
          kernelVersion: text,
          kubeletVersion: text,
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

export const versionedSchema = z.object({ metadata: z.object({ resourceVersion: version }) });
export const namedSchema = z.object({ metadata: z.object({ name }) });

/** A whole number as the API has it, in 32 bits. */
const count = z
  .unknown()
  .transform((value) => (typeof value === 'number' ? tidyInt(value, 0) : undefined))
  .optional();
const optionalText = text.nullish();
const optionalInstant = instant.nullish().catch(undefined);
export const eventSchema = z.object({
  metadata: z.object({ creationTimestamp: optionalInstant }),
  type: optionalText,
  reason: optionalText,
  message: optionalText,
  count,
  involvedObject: z.object({ kind: optionalText, name: optionalText, namespace: optionalText }),
  series: z.object({ count, lastObservedTime: optionalInstant }).nullish(),
  firstTimestamp: optionalInstant,
  lastTimestamp: optionalInstant,
  eventTime: optionalInstant,
});
export type EventObject = z.output<typeof eventSchema>;

const container = z.object({
  restartPolicy: z.string().nullish(),
  resources: z.object({ requests: resources }).nullish(),
});
export const podSchema = z.object({
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).nullish(),
    overhead: resources,
    resources: z.object({ requests: resources }).nullish(),
  }),
});
export type PodObject = z.output<typeof podSchema>;
