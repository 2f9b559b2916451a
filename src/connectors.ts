import { readHarbor } from './config/harbor.js';
import type { Config } from './config/settings.js';
import type { CloudConnector } from './domains/datacenters/index.js';
import type { ClusterConnector } from './domains/edge/index.js';
import type { ImageRegistry, RegistryProbe } from './domains/images/index.js';
import type { PlatformSigner } from './domains/platforms/index.js';
import type { AddressPolicy } from './kernel/networks.js';

interface ConnectorParts {
  addresses: AddressPolicy;
  config: Config;
  viaName: string;
  /** In place of the connector to Kubernetes. */
  clusterConnector?: ClusterConnector | undefined;
  /** In place of the connector to OpenStack. */
  cloudConnector?: CloudConnector | undefined;
}

/** Makes something when it is first asked for. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The ways to foreign systems. Each is loaded when it is first asked for: the one to Kubernetes takes 10 MiB. */
export function createConnectors({
  addresses,
  config,
  viaName,
  clusterConnector,
  cloudConnector,
}: ConnectorParts) {
  const harbor = readHarbor(config);
  return {
    kubernetes: lazily<ClusterConnector>(async () => {
      if (clusterConnector) return clusterConnector;
      const { createKubernetesConnector, paceFor } = await import('./connectors/kubernetes/index.js');
      const pace = paceFor(config.CLUSTER_SILENCE);
      return createKubernetesConnector(addresses, { pace, viaName, helm: config.HELM_BIN });
    }),
    cloud: lazily<CloudConnector>(async () => {
      if (cloudConnector) return cloudConnector;
      const { createOpenStackConnector } = await import('./connectors/openstack/index.js');
      return createOpenStackConnector({ addresses, viaName, isLegacyAllowed: config.SSH_LEGACY_ALGORITHMS });
    }),
    harbor: lazily<ImageRegistry>(async () => {
      const { createHarbor } = await import('./connectors/harbor/index.js');
      return createHarbor({ ...harbor, viaName });
    }),
    signer: lazily<PlatformSigner>(async () => {
      const { createModelArtsSigner } = await import('./connectors/modelarts/index.js');
      return createModelArtsSigner({ addresses, viaName });
    }),
    registryProbe: lazily<RegistryProbe>(async () => {
      const { createRegistryProbe } = await import('./connectors/distribution/index.js');
      return createRegistryProbe({ addresses, viaName });
    }),
  };
}
