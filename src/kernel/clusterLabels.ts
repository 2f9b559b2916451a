/** What the product writes on objects in clusters to know them by. */

/** The field manager of what is applied, and the value of the label that says who manages an object. */
export const MANAGER = 'isthmus';
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** Its value is the key of the deployment whose object it is. */
export const DEPLOYMENT_LABEL = 'isthmus.io/deployment';
/** Before the name of a node's label of ours. */
export const NODE_LABEL_PREFIX = 'label.isthmus.io/';
export const NODE_LABEL_VALUE = 'true';
