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
