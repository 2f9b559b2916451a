/** Where and as what something is deployed. */
export interface Placement {
  deploymentId: number;
  /** The name of its objects. */
  deployName: string;
  namespace: string;
  /** Of the nodes on which it may run; null for all. */
  nodeLabel: string | null;
  /** With which the image is pulled; null where anybody may. */
  pullAccount: { address: string; user: string; password: string } | null;
}
