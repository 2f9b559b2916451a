import { useEffect, useMemo, useState } from 'react';
import { addressOfDomain, usePlace, type Place } from './address.js';
import { Details } from './details.js';
import { coloured, Diagram } from './diagram.js';
import type { Domain } from './domains.js';
import { domainOfType, viewOf, type Graph } from './graphModel.js';
import { picture } from './layout.js';
import { Search } from './search.js';

const ZOOMS = [0.5, 0.7, 0.85, 1, 1.25, 1.6];
/** Text of 13 pixels, with which a type is read; and of 11, which is legible still. */
const FULL = ZOOMS.indexOf(1);
const LEGIBLE = ZOOMS.indexOf(0.85);

/** The domain that the place is in; the one before where the place is in none, as an enum is. */
function useDomain(graph: Graph, { type, domain: id }: Place): Domain | undefined {
  const [last, setLast] = useState(graph.domains[0]);
  const here =
    graph.domains.find((domain) => domain.id === id) ?? (type ? domainOfType(graph, type) : undefined);
  useEffect(() => {
    if (here) setLast(here);
  }, [here]);
  return here ?? last;
}

/** In which size a domain is seen first: in full, where the screen is wide enough for all of it. */
const firstLevel = (graph: Graph, domain: Domain | undefined): number =>
  domain && picture(viewOf(graph, domain)).width <= innerWidth ? FULL : LEGIBLE;

function DomainChoice({ domains, chosen }: { domains: readonly Domain[]; chosen: Domain }) {
  const groups = new Set(domains.map(({ group }) => group));
  return (
    <select
      aria-label="Domain"
      value={chosen.id}
      onChange={(event) => {
        location.hash = addressOfDomain(event.target.value);
      }}
    >
      {[...groups].map((group) => (
        <optgroup key={group} label={group}>
          {domains
            .filter((domain) => domain.group === group)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

function Zoom({ level, change }: { level: number; change: (level: number) => void }) {
  return (
    <div className="zoom" role="group" aria-label="Zoom">
      <button type="button" aria-label="Smaller" disabled={level === 0} onClick={() => change(level - 1)}>
        −
      </button>
      <button
        type="button"
        aria-label="Larger"
        disabled={level === ZOOMS.length - 1}
        onClick={() => change(level + 1)}
      >
        +
      </button>
    </div>
  );
}

/** The graph, one domain at a time, with what the schema says of the type that is selected. */
export function GraphMap({ graph }: { graph: Graph }) {
  const place = usePlace();
  const domain = useDomain(graph, place);
  const first = useMemo(() => firstLevel(graph, domain), [graph, domain]);
  const [chosen, choose] = useState<number>();
  const level = chosen ?? first;

  useEffect(() => {
    // Who looks for one type wants to read it.
    if (place.type) choose((current = FULL) => Math.max(current, FULL));
  }, [place.type]);

  if (!domain) return <main className="map-message">The graph has no types.</main>;
  return (
    <main className="map">
      <div className="map-bar">
        <span className="swatch" style={coloured(domain)} />
        <DomainChoice domains={graph.domains} chosen={domain} />
        <Search graph={graph} />
        <Zoom level={level} change={choose} />
      </div>
      <div className="map-body">
        <Diagram graph={graph} domain={domain} selected={place.type} zoom={ZOOMS[level] ?? 1} />
        {place.type && <Details graph={graph} name={place.type} close={addressOfDomain(domain.id)} />}
      </div>
    </main>
  );
}
