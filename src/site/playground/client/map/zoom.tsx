import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Place } from './address.js';
import type { Domain } from './domains.js';
import { viewOf, type Graph } from './graphModel.js';
import { picture } from './layout.js';

const ZOOMS = [0.5, 0.7, 0.85, 1, 1.25, 1.6];
/** Text of 13 pixels, with which a type is read; and of 11, which is legible still. */
const FULL = ZOOMS.indexOf(1);
const LEGIBLE = ZOOMS.indexOf(0.85);

function subscribe(heed: () => void): () => void {
  addEventListener('resize', heed);
  return () => removeEventListener('resize', heed);
}

/** Pixels of the window, as it is made larger and smaller, or turned. */
export const useWidth = (): number => useSyncExternalStore(subscribe, () => innerWidth);

interface Zoom {
  level: number;
  scale: number;
  change: (level: number) => void;
}

/** What is chosen for domains and what for types that are read is kept apart: neither is the other's size. */
export function useZoom(graph: Graph, domain: Domain | undefined, { type }: Place): Zoom {
  const width = useWidth();
  const drawn = useMemo(() => (domain ? picture(viewOf(graph, domain)).width : 0), [graph, domain]);
  const [ofDomains, setOfDomains] = useState<number>();
  const [ofTypes, setOfTypes] = useState<number>();
  // A domain is seen in full first where the screen is wide enough for all of it.
  const overview = ofDomains ?? (drawn <= width ? FULL : LEGIBLE);
  const level = type ? (ofTypes ?? Math.max(overview, FULL)) : overview;

  useEffect(() => {
    // Who follows a type wants to read it.
    setOfTypes((chosen) => (chosen !== undefined && chosen >= FULL ? chosen : undefined));
  }, [type]);

  return { level, scale: ZOOMS[level] ?? 1, change: type ? setOfTypes : setOfDomains };
}

interface Step {
  name: string;
  sign: string;
  by: number;
}

const STEPS: readonly Step[] = [
  { name: 'Smaller', sign: '−', by: -1 },
  { name: 'Larger', sign: '+', by: 1 },
];

/** A button at its last step can still be the one that the keyboard is at. */
export function ZoomButtons({ level, change }: Pick<Zoom, 'level' | 'change'>) {
  return (
    <div className="zoom" role="group" aria-label="Zoom">
      {STEPS.map(({ name, sign, by }) => {
        const isPossible = level + by in ZOOMS;
        return (
          <button
            key={name}
            type="button"
            aria-label={name}
            aria-disabled={!isPossible}
            onClick={() => isPossible && change(level + by)}
          >
            {sign}
          </button>
        );
      })}
    </div>
  );
}
