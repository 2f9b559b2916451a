/**
 * Whether a cluster that answers 403 would refuse this of every account, as for a quota or a policy: what it says of a right
 * that is missing begins otherwise. Kubernetes' own words: https://github.com/kubernetes/apiserver, pkg/admission/errors.go and
 * pkg/endpoints/handlers/responsewriters/errors.go.
 */
export function isOfAdmission(said: string): boolean {
  if (said.includes('admission webhook ')) return true;
  return said.includes(' is forbidden: ') && !said.includes(' is forbidden: User ');
}
