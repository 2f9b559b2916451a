import { registerEnumType } from 'type-graphql';

/** ote 002, Deployment Management 4, in the order of the documented numbers. */
export enum DeploymentStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  DISAPPROVED = 'DISAPPROVED',
  PROCESSING = 'PROCESSING',
  DEPLOYING = 'DEPLOYING',
  SUCCESS = 'SUCCESS',
  PARTIAL_SUCCESS = 'PARTIAL_SUCCESS',
  FAILED = 'FAILED',
  INTERNAL_ERROR = 'INTERNAL_ERROR',
  DELETED = 'DELETED',
}

registerEnumType(DeploymentStatus, {
  name: 'DeploymentStatus',
  description: 'Where a deployment stands',
  valuesConfig: {
    PENDING: { description: 'Its latest change waits for an audit' },
    APPROVED: { description: 'Its latest change is approved and waits for its turn' },
    DISAPPROVED: { description: 'Its latest change was turned down; what ran before runs on' },
    PROCESSING: { description: 'Nothing has arrived in a cluster yet' },
    DEPLOYING: { description: 'Some clusters are not done yet' },
    SUCCESS: { description: 'Everything runs in every cluster' },
    PARTIAL_SUCCESS: { description: 'Some clusters failed, or do not answer; these are tried again' },
    FAILED: { description: 'It failed in every cluster, or in more than its strategy bears' },
    INTERNAL_ERROR: { description: 'It failed by a defect of this product' },
    DELETED: { description: 'Gone from every cluster' },
  },
});

/** ote 002, Deployment Management 4, in the order of the documented numbers, which begin with 1. */
export enum DeploymentType {
  NEW = 'NEW',
  UPGRADE = 'UPGRADE',
  ROLLBACK = 'ROLLBACK',
  DELETE = 'DELETE',
}

registerEnumType(DeploymentType, {
  name: 'DeploymentType',
  description: 'What a change of a deployment does',
  valuesConfig: {
    NEW: { description: 'Deploys what did not run before' },
    UPGRADE: { description: 'Deploys another version' },
    ROLLBACK: { description: 'Deploys a version again that ran before' },
    DELETE: { description: 'Removes it from every cluster' },
  },
});

export enum DeploymentAuditStatus {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  DISAPPROVED = 'DISAPPROVED',
}

registerEnumType(DeploymentAuditStatus, {
  name: 'DeploymentAuditStatus',
  description: 'Where the audit of a change stands',
  valuesConfig: {
    PENDING: { description: 'Waits' },
    APPROVED: { description: 'The change is made' },
    DISAPPROVED: { description: 'The change was turned down, or withdrawn' },
  },
});

export enum DeploymentTargetState {
  WAITING = 'WAITING',
  APPLYING = 'APPLYING',
  DEPLOYING = 'DEPLOYING',
  READY = 'READY',
  FAILED = 'FAILED',
  UNREACHABLE = 'UNREACHABLE',
  INTERNAL_ERROR = 'INTERNAL_ERROR',
  REMOVING = 'REMOVING',
}

registerEnumType(DeploymentTargetState, {
  name: 'DeploymentTargetState',
  description: 'Where a deployment stands in one cluster',
  valuesConfig: {
    WAITING: { description: 'Its batch has not begun; what ran before runs on' },
    APPLYING: { description: 'The cluster is to be told what shall run' },
    DEPLOYING: { description: 'The cluster knows, and its pods are not ready yet' },
    READY: { description: 'All pods run' },
    FAILED: { description: 'The cluster refuses it, or its pods do not become ready' },
    UNREACHABLE: { description: 'The cluster does not answer; it is tried again until it does' },
    INTERNAL_ERROR: { description: 'A defect of this product; it is tried again' },
    REMOVING: { description: 'It is to be removed from the cluster' },
  },
});

/** Why a deployment does not run in a cluster, for programs; people read the message. */
export enum DeploymentProblem {
  UNREACHABLE = 'UNREACHABLE',
  TIMEOUT = 'TIMEOUT',
  CLUSTER_BUSY = 'CLUSTER_BUSY',
  CREDENTIALS_REFUSED = 'CREDENTIALS_REFUSED',
  RIGHTS_MISSING = 'RIGHTS_MISSING',
  OBJECT_CONFLICT = 'OBJECT_CONFLICT',
  NOT_CONFIGURED = 'NOT_CONFIGURED',
  REFUSED = 'REFUSED',
  UNSCHEDULABLE = 'UNSCHEDULABLE',
  PODS_REFUSED = 'PODS_REFUSED',
  IMAGE_NOT_PULLED = 'IMAGE_NOT_PULLED',
  CONTAINER_NOT_CREATED = 'CONTAINER_NOT_CREATED',
  CONTAINER_CRASHES = 'CONTAINER_CRASHES',
  OUT_OF_MEMORY = 'OUT_OF_MEMORY',
  EVICTED = 'EVICTED',
  NOT_READY = 'NOT_READY',
  INTERNAL_ERROR = 'INTERNAL_ERROR',
}

registerEnumType(DeploymentProblem, {
  name: 'DeploymentProblem',
  description: 'Why a deployment does not run in a cluster',
  valuesConfig: {
    UNREACHABLE: { description: 'The cluster cannot be reached, or does not answer as one' },
    TIMEOUT: { description: 'The cluster does not answer in time' },
    CLUSTER_BUSY: { description: 'The cluster fails, or wants to be left alone for a while' },
    CREDENTIALS_REFUSED: { description: 'The cluster refuses the credentials of its kubeconfig' },
    RIGHTS_MISSING: { description: 'The account of the kubeconfig lacks a right' },
    OBJECT_CONFLICT: { description: 'An object, or what it is made of, is not there or not ours' },
    NOT_CONFIGURED: { description: 'Nothing installs charts there' },
    REFUSED: { description: 'The cluster refuses what it shall run' },
    UNSCHEDULABLE: { description: 'No node takes a pod' },
    PODS_REFUSED: { description: 'The cluster refuses pods, as by a quota' },
    IMAGE_NOT_PULLED: { description: 'The image cannot be pulled' },
    CONTAINER_NOT_CREATED: { description: 'A container cannot be made or started as it is described' },
    CONTAINER_CRASHES: { description: 'A container ends with a failure, again and again maybe' },
    OUT_OF_MEMORY: { description: 'A container wants more memory than it may have' },
    EVICTED: { description: 'A node has put a pod out' },
    NOT_READY: { description: 'Pods do not become ready; the message says more where the cluster does' },
    INTERNAL_ERROR: { description: 'A defect of this product' },
  },
});

export enum DriftMode {
  CORRECT = 'CORRECT',
  REPORT_ONLY = 'REPORT_ONLY',
}

registerEnumType(DriftMode, {
  name: 'DriftMode',
  description: 'What happens when somebody has changed objects of a deployment in a cluster',
  valuesConfig: {
    CORRECT: { description: 'They are put right' },
    REPORT_ONLY: { description: 'It is shown at the target' },
  },
});

/** Where the latest change stands, as long as it has not begun. */
export enum RequestState {
  PENDING = 'PENDING',
  APPROVED = 'APPROVED',
  DISAPPROVED = 'DISAPPROVED',
}
