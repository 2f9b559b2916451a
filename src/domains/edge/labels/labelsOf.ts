import { rowsBy } from '../../../database/rowsBy.js';
import type { Reader } from '../../../kernel/context.js';
import { SortDirection } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { NodeLabel } from '../nodes/node.entity.js';

const NAME = selectionOfFields(['name']);
const BY_NAME = [{ property: 'name', direction: SortDirection.ASC }];

/** The labels of each of the nodes, by name. */
export async function labelsOf(reader: Reader, nodeIds: readonly number[]): Promise<string[][]> {
  const labels = await rowsBy(reader, NodeLabel, 'nodeId', nodeIds, { selection: NAME, order: BY_NAME });
  const byNode = Map.groupBy(labels, ({ nodeId }) => nodeId);
  return nodeIds.map((id) => (byNode.get(id) ?? []).map(({ name }) => name));
}
