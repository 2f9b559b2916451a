import type { RequestContext } from '../../../kernel/context.js';
import { weightOfText } from '../../../kernel/jsonSurvey.js';
import { RequestRoom } from '../../platforms/index.js';

/** What an error weighs, which is told with its place and what was answered, beside its message. */
const OF_ERROR = 64;

function weightOf(shown: unknown): number {
  if (typeof shown === 'string') return weightOfText(shown);
  if (typeof shown !== 'object' || shown === null) return 1;
  if (shown instanceof Error) return OF_ERROR + weightOfText(shown.message);
  const inner: unknown[] = Array.isArray(shown) ? shown : Object.entries(shown).flat();
  return inner.reduce<number>((sum, part) => sum + weightOf(part), 1);
}

/** Bounds what one request shows again, since links may lead from very many objects to a large one. */
export class Repeats {
  readonly #room = new RequestRoom();

  /** TOO_LARGE where there is no room to show it so many times more. */
  require(ctx: RequestContext, shown: unknown, times: number): void {
    if (times > 0) this.#room.take(ctx, { weight: weightOf(shown) * times });
  }
}
