/** How patient the connector is; all in milliseconds. */
export interface Pace {
  /** For each step of a call: looking up, connecting, the first byte, the next byte. */
  patience: number;
  /** For a whole call, or a page of a list. */
  call: number;
  /** For a whole list of nodes, page by page. */
  list: number;
  /** For a whole list that somebody waits for. */
  answer: number;
  /** After which a connection that is not used is closed. */
  idle: number;
  /** Without a byte of a watch, after which the cluster is asked whether it is there. */
  silence: number;
  /** For a whole try to learn that. */
  probe: number;
  /** Without a byte of a watch, although the cluster is there, after which the watch is begun anew: bookmarks come each minute. */
  stale: number;
  /** The API server is asked to end a watch after this long and up to twice as long. */
  watchLength: number;
  /** A watch that lasted this long counts as a success. */
  steady: number;
  backoffBase: number;
  backoffCap: number;
}

/** After which a cluster that says nothing counts as away, where nothing else is set. */
const AWAY = 60_000;

/** A silent cluster is noticed, and a quiet one heard of, within silence + probe, well before it must count as away. */
export const PACE: Pace = {
  patience: 10_000,
  call: 60_000,
  list: 60_000,
  answer: 10_000,
  idle: 30_000,
  silence: 15_000,
  probe: 20_000,
  stale: 150_000,
  watchLength: 300_000,
  steady: 10_000,
  backoffBase: 500,
  backoffCap: 30_000,
};

/** The pace at which a quiet cluster is heard of in time, where it counts as away after that many milliseconds. */
export function paceFor(away: number): Pace {
  const share = Math.min(1, away / AWAY);
  return {
    ...PACE,
    silence: PACE.silence * share,
    probe: PACE.probe * share,
    backoffBase: PACE.backoffBase * share,
  };
}
