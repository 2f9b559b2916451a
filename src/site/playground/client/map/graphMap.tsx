import { useEffect, useRef, useState, type RefObject } from 'react';
import { addressOfDomain, addressOfType, usePlace, type Place } from './address.js';
import { Details } from './details.js';
import { coloured, Diagram } from './diagram.js';
import type { Domain } from './domains.js';
import { domainOfType, type Graph } from './graphModel.js';
import { Search } from './search.js';
import { useZoom, ZoomButtons } from './zoom.js';

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

/** The keyboard goes with what is read, and back to where that was found. */
function useFocus({ type }: Place): RefObject<HTMLElement | null> {
  const map = useRef<HTMLElement>(null);
  const last = useRef(type);

  useEffect(() => {
    const left = last.current;
    // Who has just come is nowhere yet.
    if (type === left) return;
    last.current = type;
    const find = (selector: string) => map.current?.querySelector<HTMLElement>(selector) ?? undefined;
    const foundIn = left && `.type-box h3 a[href="${CSS.escape(addressOfType(left))}"]`;
    const isLost = document.activeElement === document.body;
    const next = type ? find('.details h2') : isLost && ((foundIn && find(foundIn)) || find('.paper'));
    if (next) next.focus({ preventScroll: true });
  }, [type]);

  return map;
}

/** The graph, one domain at a time, with what the schema says of the type that is selected. */
export function GraphMap({ graph }: { graph: Graph }) {
  const place = usePlace();
  const domain = useDomain(graph, place);
  const { level, scale, change } = useZoom(graph, domain, place);
  const map = useFocus(place);

  if (!domain) return <main className="page-message">The graph has no types.</main>;
  return (
    <main className="map" ref={map}>
      <div className="map-bar">
        <span className="swatch" style={coloured(domain)} />
        <DomainChoice domains={graph.domains} chosen={domain} />
        <Search graph={graph} />
        <ZoomButtons level={level} change={change} />
      </div>
      <div className="map-body">
        <Diagram graph={graph} domain={domain} selected={place.type} zoom={scale} />
        {place.type && (
          <Details key={place.type} graph={graph} name={place.type} close={addressOfDomain(domain.id)} />
        )}
      </div>
    </main>
  );
}
