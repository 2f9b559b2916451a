import type { RequestContext } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import { parse } from '../../../kernel/validation.js';
import type { ClusterService } from '../clusters/cluster.service.js';
import type { NodeService } from '../nodes/node.service.js';
import { type ClusterTargets, KEYS, type NodeTargets } from './label.inputs.js';

const wrong = (field: string, message: string) => badInput([{ path: `input.${field}`, message }]);

/** The graph's objects to label, by key or by name, as the services take them: by name. */
export class LabelTargets {
  constructor(
    private readonly clusters: ClusterService,
    private readonly nodes: NodeService,
  ) {}

  /** NOT_FOUND for an unknown key. */
  async clustersOf(ctx: RequestContext, { clusterName, clusterId }: ClusterTargets): Promise<string[]> {
    if ((clusterName == null) === (clusterId == null))
      throw wrong('clusterId', 'give clusterId or clusterName, one of them');
    if (clusterId == null) return clusterName ?? [];
    const keys = parse(KEYS, clusterId, ['input', 'clusterId']);
    const found = await Promise.all(keys.map(async (id) => this.clusters.get(ctx, id)));
    return found.map(({ name }) => name);
  }

  /** NOT_FOUND for an unknown key. */
  async nodesOf(
    ctx: RequestContext,
    { nodeName, clusterName, nodeId }: NodeTargets,
  ): Promise<{ nodeName: string[]; clusterName: string }> {
    const isNamed = nodeName != null && clusterName != null;
    if (isNamed && nodeId == null) return { nodeName, clusterName };
    if (nodeId == null || nodeName != null || clusterName != null)
      throw wrong('nodeId', 'give nodeId, or else nodeName and clusterName');
    const keys = parse(KEYS, nodeId, ['input', 'nodeId']);
    const found = await this.nodes.findMany(ctx, keys);
    const [clusterId, ...others] = new Set(found.map((node) => node.clusterId));
    if (clusterId === undefined || others.length > 0) throw wrong('nodeId', 'must be nodes of one cluster');
    const { name } = await this.clusters.get(ctx, clusterId);
    return { nodeName: found.map((node) => node.name), clusterName: name };
  }
}
