import { Migration } from '@mikro-orm/migrations';

const PROBLEMS = `'UNREACHABLE', 'TIMEOUT', 'CLUSTER_BUSY', 'CREDENTIALS_REFUSED', 'RIGHTS_MISSING', 'OBJECT_CONFLICT',
  'NOT_CONFIGURED', 'REFUSED', 'UNSCHEDULABLE', 'PODS_REFUSED', 'IMAGE_NOT_PULLED', 'CONTAINER_NOT_CREATED',
  'CONTAINER_CRASHES', 'OUT_OF_MEMORY', 'EVICTED', 'NOT_READY', 'INTERNAL_ERROR'`;

/** Why a deployment does not run in a cluster, in one word. */
export class TargetProblems extends Migration {
  override up(): void {
    this.addSql(`alter table "deployment_targets" add column "problem" text null,
      add constraint "deployment_targets_problem_check" check ("problem" in (${PROBLEMS}))`);
  }
}
