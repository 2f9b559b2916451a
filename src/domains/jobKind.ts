import type { Notifications, Topic } from '../database/notifications.js';

/** Sets jobs of one kind off when a message comes; `enqueue` without a subject looks for whatever is pending. */
type Wake = (notifications: Notifications, enqueue: (subject?: string) => void) => void;

/** Work that follows from the database: whatever is pending is done, as often as it takes. */
export interface JobKind {
  name: string;
  /** How many may run at once in one replica; a few where it is left out. */
  concurrency?: number;
  /** Whether they are done in the order in which they were asked for, as against the latest first. */
  isInOrder?: boolean;
  /** What sets it off, beside the look for pending work now and then. */
  wakes: readonly Wake[];
  /** For what there is something to do: keys of any form, as text. */
  pending: () => Promise<readonly string[]>;
  /** Does all that is pending for one; throws to be tried again. Must bear being done twice. */
  run: (subject: string, signal: AbortSignal) => Promise<void>;
}

/** A message of the topic tells of work for the subject that it names, if any. */
export function wakenBy<T extends object>(
  topic: Topic<T>,
  subjectOf: (message: T) => string | undefined,
): Wake {
  return (notifications, enqueue) => {
    notifications.subscribe(topic, (message) => {
      const subject = subjectOf(message);
      if (subject !== undefined) enqueue(subject);
    });
  };
}

/** A message of the topic tells of work for whom it concerns. */
export function sweptBy<T extends object>(topic: Topic<T>): Wake {
  return (notifications, enqueue) => void notifications.subscribe(topic, () => enqueue());
}
