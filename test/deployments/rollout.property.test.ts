import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  PACE,
  type Observation,
  type Standing,
  patienceOf,
  progressOf,
} from '../../src/domains/deployments/rollout/progress.js';
import {
  type Rollout,
  type TargetGroup,
  batchAt,
  isSettled,
  nextMove,
  outcomeOf,
  statusOf,
} from '../../src/domains/deployments/rollout/rollout.js';
import {
  DeploymentProblem,
  DeploymentStatus as Status,
  DeploymentTargetState as State,
  DeploymentType as Type,
  RequestState,
} from '../../src/domains/deployments/deployment.states.js';

const RUNS = { numRuns: 500 };

interface Plan {
  clusters: number;
  batchSize: number;
  maxFailures: number;
  rollbackOnFailure: boolean;
  pause: number;
  /** What comes of each cluster, again and again. */
  fates: ('ready' | 'failed' | 'away')[];
}

const plans: fc.Arbitrary<Plan> = fc.record({
  clusters: fc.integer({ min: 0, max: 12 }),
  batchSize: fc.integer({ min: 0, max: 4 }),
  maxFailures: fc.integer({ min: 0, max: 3 }),
  rollbackOnFailure: fc.boolean(),
  pause: fc.constantFrom(0, 5),
  fates: fc.array(fc.constantFrom('ready', 'failed', 'away'), { minLength: 1, maxLength: 12 }),
});

const STATES = { ready: State.READY, failed: State.FAILED, away: State.UNREACHABLE };

const one = (state: State, batch: number): TargetGroup => ({
  state,
  batch,
  isApplied: state !== State.WAITING && state !== State.APPLYING,
  isFailing: state === State.FAILED || state === State.UNREACHABLE,
  count: 1,
});

/** An upgrade over these clusters, carried out one cluster at a time; what happened, in order. */
function carryOut({ clusters, fates, rollbackOnFailure, ...strategy }: Plan) {
  const targets = Array.from({ length: clusters }, (_, place) => {
    const batch = batchAt(place, strategy);
    return one(batch === 0 ? State.APPLYING : State.WAITING, batch);
  });
  const rollout: Rollout = {
    deployType: Type.UPGRADE,
    strategy,
    rollbackOnFailure,
    isStopped: false,
    wasSettled: false,
    next: null,
    pause: 'none',
    targets,
  };
  const moves: string[] = [];
  const tried: number[] = [];
  for (let turn = 0; turn < 1000; turn += 1) {
    const move = nextMove(rollout);
    if (move.kind === 'wait') {
      const place = targets.findIndex(({ state }) => state === State.APPLYING);
      if (place === -1) break;
      tried.push(place);
      targets[place] = one(STATES[fates[place % fates.length] ?? 'ready'], targets[place]?.batch ?? 0);
      continue;
    }
    moves.push(move.kind);
    if (move.kind === 'rollBack') return { rollout, moves, tried };
    if (move.kind === 'stop') rollout.isStopped = true;
    if (move.kind === 'pause') rollout.pause = 'over';
    if (move.kind === 'open') {
      rollout.pause = 'none';
      for (const [place, { state, batch }] of targets.entries())
        if (state === State.WAITING && batch === move.batch) targets[place] = one(State.APPLYING, batch);
    }
  }
  return { rollout, moves, tried };
}

test('a rollout comes to an end that its fates explain', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { rollout, moves, tried } = carryOut(plan);
      const fateOf = (place: number) => plan.fates[place % plan.fates.length];
      const failures = tried.filter((place) => fateOf(place) === 'failed').length;
      const isBounded = plan.batchSize > 0 || plan.rollbackOnFailure;
      const isBroken = isBounded && failures > plan.maxFailures;
      // Nobody is tried twice.
      expect(new Set(tried).size).toBe(tried.length);
      expect(moves.includes('rollBack')).toBe(isBroken && plan.rollbackOnFailure);
      expect(moves.includes('stop')).toBe(isBroken && !plan.rollbackOnFailure);
      if (moves.includes('rollBack')) return;
      expect(isSettled(rollout)).toBe(true);
      if (!isBroken) expect(tried.length).toBe(plan.clusters);
      const all = tried.map(fateOf);
      const expected = (): Status => {
        if (plan.clusters === 0) return Status.PROCESSING;
        if (isBroken || all.every((fate) => fate === 'failed')) return Status.FAILED;
        return all.every((fate) => fate === 'ready') ? Status.SUCCESS : Status.PARTIAL_SUCCESS;
      };
      expect(outcomeOf(rollout)).toBe(expected());
    }),
    RUNS,
  );
});

test('the first cluster goes alone, then batches of the size, each after the one before and after the pause', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { moves, tried } = carryOut({ ...plan, fates: ['ready'], batchSize: plan.batchSize + 1 });
      const size = plan.batchSize + 1;
      const batches = Math.max(0, Math.ceil((plan.clusters - 1) / size));
      expect(tried).toEqual([...tried].toSorted((a, b) => a - b));
      expect(moves.filter((kind) => kind === 'open').length).toBe(batches);
      expect(moves.filter((kind) => kind === 'pause').length).toBe(plan.pause > 0 ? batches : 0);
    }),
    RUNS,
  );
});

const groups: fc.Arbitrary<TargetGroup[]> = fc.array(
  fc.record({
    state: fc.constantFrom(...Object.values(State)),
    batch: fc.integer({ min: 0, max: 3 }),
    isApplied: fc.boolean(),
    isFailing: fc.boolean(),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 8 },
);

const rollouts: fc.Arbitrary<Rollout> = fc.record({
  deployType: fc.constantFrom(...Object.values(Type)),
  strategy: fc.record({
    batchSize: fc.integer({ min: 0, max: 3 }),
    maxFailures: fc.integer({ min: 0, max: 3 }),
    pause: fc.constantFrom(0, 1),
  }),
  rollbackOnFailure: fc.boolean(),
  isStopped: fc.boolean(),
  wasSettled: fc.boolean(),
  next: fc.constantFrom(null, Type.UPGRADE, Type.ROLLBACK, Type.DELETE),
  pause: fc.constantFrom('none', 'running', 'over'),
  targets: groups,
});

test('an upgrade waits until what is under way is settled; rollbacks and deletions wait for nobody', () => {
  fc.assert(
    fc.property(rollouts, (rollout) => {
      const { kind } = nextMove(rollout);
      if (rollout.deployType === Type.DELETE) {
        expect(kind).toBe(rollout.targets.length === 0 ? 'end' : 'wait');
        return;
      }
      const preempts = rollout.next === Type.ROLLBACK || rollout.next === Type.DELETE;
      if (preempts) expect(kind).toBe('begin');
      if (kind === 'begin' && !preempts) expect(isSettled(rollout)).toBe(true);
      if (rollout.next === null) expect(kind).not.toBe('begin');
    }),
    RUNS,
  );
});

test('a rollback is never rolled back, and what was settled once is not either', () => {
  fc.assert(
    fc.property(rollouts, (rollout) => {
      if (rollout.deployType === Type.UPGRADE && !rollout.wasSettled) return;
      expect(nextMove(rollout).kind).not.toBe('rollBack');
    }),
    RUNS,
  );
});

test('a change that waits is seen, and one that was turned down until the next', () => {
  for (const outcome of [null, ...Object.values(Status)]) {
    expect(statusOf(RequestState.PENDING, outcome)).toBe(Status.PENDING);
    expect(statusOf(RequestState.DISAPPROVED, outcome)).toBe(Status.DISAPPROVED);
    expect(statusOf(null, outcome)).toBe(outcome ?? Status.APPROVED);
    const isBusy = outcome === Status.PROCESSING || outcome === Status.DEPLOYING;
    expect(statusOf(RequestState.APPROVED, outcome)).toBe(isBusy ? outcome : Status.APPROVED);
  }
});

const pace = { ...PACE, check: 120_000, deadline: 900_000 };

const observations: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('away' as const, 'refused' as const, 'defect' as const),
    message: fc.string(),
  }),
  fc.record({
    kind: fc.constant('seen' as const),
    state: fc.option(
      fc.record({
        isObserved: fc.boolean(),
        isReady: fc.boolean(),
        isStuck: fc.boolean(),
        running: fc.nat(9),
        error: fc.nat(9),
        total: fc.nat(9),
        problems: fc.array(fc.string(), { maxLength: 3 }),
      }),
    ),
  }),
);

const standings = fc.record({
  state: fc.constantFrom(...Object.values(State)),
  running: fc.nat(9),
  error: fc.nat(9),
  total: fc.nat(9),
  message: fc.string(),
  problem: fc.option(fc.constantFrom(...Object.values(DeploymentProblem))),
  attempts: fc.nat(100),
});

test('a target is looked at again in a time that is bounded, and is ready only when the cluster says so', () => {
  fc.assert(
    fc.property(standings, observations, fc.boolean(), (before, observation, isOverdue) => {
      const after = progressOf(before, observation, isOverdue, pace);
      expect(after.dueIn).toBeGreaterThan(0);
      expect(after.dueIn).toBeLessThanOrEqual(pace.check);
      expect(after.message.length).toBeLessThanOrEqual(1000);
      if (after.state === State.FAILED || observation.kind === 'away') expect(after.problem).not.toBeNull();
      const isNew = after.state === State.READY && before.state !== State.READY;
      if (isNew)
        expect(observation).toMatchObject({ kind: 'seen', state: { isReady: true, isObserved: true } });
      if (observation.kind === 'away' && before.state === State.REMOVING)
        expect(after.state).toBe(State.REMOVING);
    }),
    RUNS,
  );
});

const BEGUN: Standing = {
  state: State.DEPLOYING,
  running: 0,
  error: 0,
  total: 1,
  message: '',
  problem: null,
  attempts: 0,
};

test('waits grow up to their limits', () => {
  const dues = (observation: Observation) => {
    let standing = BEGUN;
    return Array.from({ length: 12 }, () => {
      const { dueIn, ...next } = progressOf(standing, observation, false, pace);
      standing = next;
      return dueIn;
    });
  };
  const looks = dues({ kind: 'seen', state: null });
  expect(looks[0]).toBe(500);
  expect(looks.at(-1)).toBe(5000);
  expect(looks).toEqual([...looks].toSorted((a, b) => a - b));
  const retries = dues({ kind: 'away', message: 'away' });
  expect(retries[0]).toBe(1000);
  expect(retries.at(-1)).toBe(60_000);
  const busy = { kind: 'away', message: 'busy' } as const;
  expect(dues({ ...busy, retryAfter: 30 }).slice(0, 7)).toEqual([
    ...Array<number>(5).fill(30_000),
    32_000,
    60_000,
  ]);
  expect(dues({ ...busy, retryAfter: 1e300 })[0]).toBe(600_000);
});

test('a cluster that misses a look is tried again soon, however many there were, and each try may take longer', () => {
  const away = { kind: 'away', message: 'away' } as const;
  const missed = progressOf({ ...BEGUN, attempts: 9 }, away, false, pace);
  expect(missed).toMatchObject({ state: State.UNREACHABLE, attempts: 1, dueIn: 1000 });
  const tries = [0, 1, 2, 3, 4, 99];
  expect(tries.map((count) => patienceOf(1000, count, pace))).toEqual([
    1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
  const seen = { kind: 'seen', state: null } as const;
  const back = progressOf({ ...BEGUN, state: State.UNREACHABLE, attempts: 9 }, seen, false, pace);
  expect(back).toMatchObject({ state: State.DEPLOYING, attempts: 1, dueIn: 500 });
});

test('what failed is looked at again soon where it was not seen for long, and then less and less often', () => {
  const state = { isObserved: true, isReady: false, isStuck: false, running: 0, error: 0, total: 1 };
  const seen = { kind: 'seen', state: { ...state, problems: [] } } as const;
  const duesFrom = (before: Standing, observation: Observation = seen) => {
    let standing = before;
    return Array.from({ length: 7 }, () => {
      const { dueIn, ...next } = progressOf(standing, observation, true, pace);
      expect(next.state).toBe(State.FAILED);
      standing = next;
      return dueIn;
    });
  };
  const [soon, late] = [
    [5000, 10_000, 20_000, 40_000, 80_000, pace.check, pace.check],
    Array<number>(7).fill(pace.check),
  ];
  expect(duesFrom({ ...BEGUN, state: State.UNREACHABLE, attempts: 9 })).toEqual(soon);
  expect(duesFrom({ ...BEGUN, attempts: 180 })).toEqual(late);
  const stuck = { ...seen, state: { ...seen.state, isStuck: true } };
  expect(duesFrom({ ...BEGUN, state: State.UNREACHABLE, attempts: 9 }, stuck)).toEqual(late);
});

test('pods that do not become ready have failed after the deadline, and when the cluster gives up', () => {
  const before = { ...BEGUN, attempts: 3 };
  const problems = ['ImagePullBackOff: no such image'];
  const state = {
    isObserved: true,
    isReady: false,
    isStuck: false,
    running: 0,
    error: 1,
    total: 1,
    problems,
  };
  expect(progressOf(before, { kind: 'seen', state }, false, pace).state).toBe(State.DEPLOYING);
  expect(progressOf(before, { kind: 'seen', state }, true, pace)).toMatchObject({
    state: State.FAILED,
    message: 'ImagePullBackOff: no such image',
    problem: DeploymentProblem.IMAGE_NOT_PULLED,
  });
  expect(progressOf(before, { kind: 'seen', state: { ...state, isStuck: true } }, false, pace).state).toBe(
    State.FAILED,
  );
});
