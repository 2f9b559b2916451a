import type { RequestContext } from '../../../kernel/context.js';
import { weightOfText } from '../../../kernel/jsonSurvey.js';
import type { Selection } from '../../../kernel/selection.js';
import type { RequestRoom } from './requestRoom.js';

/** What an error weighs, which is told with its place and what was answered, beside its message. */
const OF_ERROR = 64;

function weightOf(shown: unknown): number {
  if (typeof shown === 'string') return weightOfText(shown);
  if (typeof shown !== 'object' || shown === null) return 1;
  if (shown instanceof Error) return OF_ERROR + weightOfText(shown.message);
  const inner: unknown[] = Array.isArray(shown) ? shown : Object.entries(shown).flat();
  return inner.reduce<number>((sum, part) => sum + weightOf(part), 1);
}

/**
 * Bounds what one request shows again: links may lead from very many objects to a large one, and a document may name a
 * field very often.
 */
export class Repeats {
  constructor(private readonly room: RequestRoom) {}

  /** TOO_LARGE where there is no room to show it so many times more. */
  require(ctx: RequestContext, shown: unknown, times: number): void {
    if (times > 0) this.room.take(ctx, { weight: weightOf(shown) * times });
  }

  /** The same of what has been answered once, and is shown as it is selected. */
  requireSelected(ctx: RequestContext, shown: unknown, { most = 1 }: Selection): void {
    this.require(ctx, shown, most - 1);
  }
}
