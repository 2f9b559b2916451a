/** What runs when an application is deployed, as ote 002, Application Management 1 describes it. */
export interface AppSpec {
  appName: string;
  version: string;
  deployType: 'deployment' | 'daemonset';
  /** With its tag; empty where a chart says what runs. */
  image: string;
  /** The external repository whose account pulls the image. */
  repositoryId: string | null;
  /** Empty for the image's own. */
  command: string;
  ports: readonly { port: number; hostPort: number | null }[];
  volumes: readonly { path: string; hostPath: string; readOnly: boolean }[];
  env: readonly { name: string; value: string }[];
  /** Of a `deployment` only, as the two that follow. */
  replicas: number;
  minReplicas: number;
  maxReplicas: number;
  /** Percent of a core. */
  minCPU: number;
  maxCPU: number;
  /** MB, of 1,048,576 bytes. */
  minMemory: number;
  maxMemory: number;
  /** GPUs. */
  gpu: number;
  isHPA: boolean;
  /** Percent of what is requested. */
  targetCPUUtilization: number;
  targetMemUtilization: number;
  /** Pods. */
  maxUnavailable: number;
  maxSurge: number;
  minReadySeconds: number;
  /** Whether a Helm chart says what runs; its content is read when it is installed. */
  hasChart: boolean;
}
