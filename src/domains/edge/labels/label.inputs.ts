import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { inputOf, key } from '../../../kernel/inputs.js';
import { text } from '../../../kernel/validation.js';
import { Cluster } from '../clusters/cluster.entity.js';
import { ClusterNode } from '../nodes/node.entity.js';

const MAX_OBJECTS = 1000;
const MAX_NAME = 253;

/** These mean something else where deployments choose by label. */
const RESERVED = ['all', 'default'];

/** A label that exists, or could. */
const LABEL_NAME = z
  .string()
  .refine(
    (name) => /^[A-Za-z0-9-]{1,63}$/.test(name),
    'must have 1 to 63 characters, only letters, digits and -',
  );

const NEW_LABEL = LABEL_NAME.refine(
  (name) => !RESERVED.includes(name),
  `must not be ${RESERVED.join(' or ')}, which mean something else`,
);

/** Kubernetes takes no other as the name of a label. */
const NEW_NODE_LABEL = NEW_LABEL.refine(
  (name) => !name.startsWith('-') && !name.endsWith('-'),
  'must begin and end with a letter or digit on a node, as in Kubernetes',
);

/** Names of the objects to label; one that is named twice counts once. */
const OBJECT_NAMES = z
  .array(text(1, MAX_NAME))
  .min(1, 'must name at least one')
  .max(MAX_OBJECTS, `must name at most ${MAX_OBJECTS}`)
  .transform((names) => [...new Set(names)]);

/** Keys of the objects to label; one that is given twice counts once. */
export const KEYS = z
  .array(z.string())
  .min(1, 'must name at least one')
  .max(MAX_OBJECTS, `must name at most ${MAX_OBJECTS}`)
  .transform((keys) => [...new Set(keys)]);

const CLUSTER_LABEL = '1 to 63 letters, digits and -; `all` and `default` cannot be created';
const NODE_LABEL =
  '1 to 63 letters, digits and -, a letter or digit at both ends as in Kubernetes, where it is `label.isthmus.io/<label>: "true"`; `all` and `default` cannot be created';

const CLUSTERS = {
  clusterName: OBJECT_NAMES.meta({
    description: 'Names of the clusters; if one is unknown, nothing changes',
  }),
};
const NODES = {
  nodeName: OBJECT_NAMES.meta({ description: 'Names of the nodes; if one is unknown, nothing changes' }),
  clusterName: text(1, MAX_NAME).meta({ description: 'Name of the cluster of the nodes' }),
};

/** As every door accepts them (ote 002, Cluster Management 2 and 3, Node Management 2 and 3). */
export const ClusterLabelling = z.object({
  ...CLUSTERS,
  clusterLabel: NEW_LABEL.meta({ description: CLUSTER_LABEL }),
});
export const ClusterUnlabelling = z.object({
  ...CLUSTERS,
  clusterLabel: LABEL_NAME.meta({ description: 'The label to remove' }),
});
export type ClusterLabelling = z.input<typeof ClusterLabelling>;

export const NodeLabelling = z.object({
  ...NODES,
  nodeLabel: NEW_NODE_LABEL.meta({ description: NODE_LABEL }),
});
export const NodeUnlabelling = z.object({
  ...NODES,
  nodeLabel: LABEL_NAME.meta({ description: 'The label to remove' }),
  deleteDeploy: z.boolean().default(false).meta({
    description:
      'Whether deployments that chose the label are removed from these nodes, as soon as their cluster answers; what runs there by it stays otherwise',
  }),
});
export type NodeUnlabelling = z.input<typeof NodeUnlabelling>;
export type NodeLabelling = z.input<typeof NodeLabelling>;

const CLUSTER_TARGETS = {
  clusterName: z.array(z.string()).nullish().meta({ description: CLUSTERS.clusterName.description }),
  clusterId: z.array(key('')).nullish().meta({
    description: 'Keys of the clusters, instead of their names; if one is unknown, nothing changes',
  }),
};
const NODE_TARGETS = {
  nodeName: z.array(z.string()).nullish().meta({ description: NODES.nodeName.description }),
  clusterName: z.string().nullish().meta({ description: NODES.clusterName.description }),
  nodeId: z.array(key('')).nullish().meta({
    description:
      'Keys of the nodes, which are in one cluster, instead of the names; if one is unknown, nothing changes',
  }),
};
const CLUSTER_TARGET_FIELDS = z.object(CLUSTER_TARGETS);
const NODE_TARGET_FIELDS = z.object(NODE_TARGETS);
export type ClusterTargets = z.input<typeof CLUSTER_TARGET_FIELDS>;
export type NodeTargets = z.input<typeof NODE_TARGET_FIELDS>;

export const ClusterLabelInput = inputOf(
  'ClusterLabelInput',
  'A label and the clusters that get or lose it',
  ClusterLabelling.extend(CLUSTER_TARGETS),
);
export type ClusterLabelInput = InstanceType<typeof ClusterLabelInput>;

export const NodeLabelInput = inputOf(
  'NodeLabelInput',
  'A label and the nodes that get it',
  NodeLabelling.extend(NODE_TARGETS),
);
export type NodeLabelInput = InstanceType<typeof NodeLabelInput>;

export const RemoveNodeLabelInput = inputOf(
  'RemoveNodeLabelInput',
  'A label and the nodes that lose it',
  NodeUnlabelling.extend(NODE_TARGETS),
);
export type RemoveNodeLabelInput = InstanceType<typeof RemoveNodeLabelInput>;

@ObjectType({ simpleResolvers: true, description: 'The clusters as they are now' })
export class ClusterLabelPayload {
  @Field(() => [Cluster], { description: 'The clusters, in the order in which they were named' })
  clusters!: Cluster[];
}

@ObjectType({ simpleResolvers: true, description: 'The nodes as they are now' })
export class NodeLabelPayload {
  @Field(() => [ClusterNode], { description: 'The nodes, in the order in which they were named' })
  nodes!: ClusterNode[];
}
