import { z } from 'zod';
import { MOST_NAME } from '../objects.js';
import { tidyInt } from '../../../net/numbers.js';
import { tidy } from '../../../net/text.js';

/** What is read of the objects that deployments are made of. */

const name = z.string().transform((value) => tidy(value, MOST_NAME));
const text = z
  .string()
  .transform((value) => tidy(value))
  .nullish()
  .catch(null)
  .transform((value) => value ?? '');
/** A whole number of at least 0, whatever comes. */
const countOr = (none: number) =>
  z
    .number()
    .nullish()
    .catch(null)
    .transform((value) => tidyInt(value ?? none, 0));
const count = countOr(0);
/** A time in milliseconds; NaN for none. */
const instant = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => Date.parse(value ?? ''));
const strings = z
  .record(
    z.string(),
    z.string().transform((value) => tidy(value)),
  )
  .nullish()
  .catch(null)
  .transform((value) => value ?? {});
/** What is there of a list; what else stands in its place is none. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .catch(null)
    .transform((value) => value ?? []);

const metadata = z.object({
  name,
  uid: name,
  labels: strings,
  annotations: strings,
  generation: count,
  deletionTimestamp: text,
});

/** Any object, by what says whose it is. */
export const ownedSchema = z.object({ metadata });
export type OwnedObject = z.output<typeof ownedSchema>;

/** An object as it is, to be compared. */
export const wholeSchema = z.looseObject({ metadata: z.looseObject({ ...metadata.shape }) });
export type WholeObject = z.output<typeof wholeSchema>;

const condition = z.object({ type: text, status: text, reason: text, message: text });
const conditions = listOf(condition);

const numbers = z.object({
  observedGeneration: count,
  replicas: count,
  updatedReplicas: count,
  availableReplicas: count,
  conditions,
  desiredNumberScheduled: count,
  updatedNumberScheduled: count,
  numberAvailable: count,
});

/** A Deployment, DaemonSet or StatefulSet. */
export const workloadSchema = z.object({
  metadata,
  spec: z.object({
    /** One where nothing is said. */
    replicas: countOr(1),
    selector: z.object({ matchLabels: strings }).nullish().catch(null),
  }),
  status: numbers
    .nullish()
    .catch(null)
    .transform((value) => value ?? numbers.parse({})),
});
export type WorkloadObject = z.output<typeof workloadSchema>;

const terminated = z.object({ exitCode: count, reason: text, message: text }).nullish().catch(null);
const containerStatus = z.object({
  name: text,
  restartCount: count,
  state: z
    .object({
      waiting: z.object({ reason: text, message: text }).nullish().catch(null),
      terminated,
    })
    .nullish()
    .catch(null),
  lastState: z.object({ terminated }).nullish().catch(null),
});
export type ContainerStatus = z.output<typeof containerStatus>;

const container = z.object({ name });
export const podSchema = z.object({
  metadata,
  spec: z.object({
    nodeName: text,
    containers: listOf(container),
    initContainers: listOf(container),
  }),
  status: z
    .object({
      phase: text,
      reason: text,
      message: text,
      conditions,
      containerStatuses: listOf(containerStatus),
      initContainerStatuses: listOf(containerStatus),
    })
    .nullish()
    .catch(null),
});
export type PodObject = z.output<typeof podSchema>;

export const chartSchema = z.object({
  metadata: z.object({
    ...metadata.shape,
    managedFields: listOf(z.object({ manager: text, operation: text, time: instant })),
  }),
  status: z.object({ jobName: text, conditions }).nullish().catch(null),
});
export type ChartObject = z.output<typeof chartSchema>;

export const jobSchema = z.object({
  metadata: z.object({ creationTimestamp: instant }),
  status: z.object({ succeeded: count, failed: count, conditions }).nullish().catch(null),
});

/** What a deletion is answered with: the object, or a status. */
export const statusReplySchema = z.object({ kind: z.string() });

/** What an API has: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
export const discoverySchema = z.object({ resources: listOf(z.object({ name: text })) });
