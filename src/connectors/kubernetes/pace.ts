/** How patient the connector is; all in milliseconds. */
export interface Pace {
  /** For each step of a call: looking up, connecting, the first byte, the next byte. */
  patience: number;
  /** For a whole call. */
  call: number;
  /** After which a connection that is not used is closed. */
  idle: number;
  /** Without a byte of a watch, after which the cluster is asked whether it is there. */
  silence: number;
  /** Without a byte of a watch, although the cluster is there, after which the watch is begun anew: bookmarks come each minute. */
  stale: number;
  /** The API server is asked to end a watch after this long and up to twice as long. */
  watchLength: number;
  /** A watch that lasted this long counts as a success. */
  steady: number;
  backoffBase: number;
  backoffCap: number;
}

/** A silent cluster is noticed within silence + 2 * patience, well before the 60 s after which it must count as away. */
export const PACE: Pace = {
  patience: 10_000,
  call: 60_000,
  idle: 30_000,
  silence: 15_000,
  stale: 150_000,
  watchLength: 300_000,
  steady: 10_000,
  backoffBase: 500,
  backoffCap: 30_000,
};
