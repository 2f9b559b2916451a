import { memo, useEffect, useMemo, useRef, type CSSProperties, type PointerEvent, type UIEvent } from 'react';
import { addressOfType } from './address.js';
import type { Domain } from './domains.js';
import { viewOf, type Graph, type Link } from './graphModel.js';
import { BOX, picture, type Arrow, type Box } from './layout.js';
import { useWidth } from './zoom.js';

export const coloured = ({ hue }: Domain): CSSProperties => ({ '--hue': hue }) as CSSProperties;

interface Drawn {
  graph: Graph;
  domain: Domain;
  selected: string | undefined;
}

function LinkLine({ link: { name, target }, graph, domain }: { link: Link; graph: Graph; domain: Domain }) {
  const there = graph.types.get(target)?.domain ?? domain;
  return (
    <li>
      <span className="field">{name}</span>
      <a className={there === domain ? '' : 'elsewhere'} style={coloured(there)} href={addressOfType(target)}>
        {target}
      </a>
    </li>
  );
}

function TypeBox({ box, graph, domain, selected }: Drawn & { box: Box }) {
  const { name, links, values } = box.type;
  return (
    <article
      className="type-box"
      aria-label={name}
      data-selected={name === selected || undefined}
      style={{ left: box.x, top: box.y, width: BOX.width, height: box.height }}
    >
      <h3>
        <a href={addressOfType(name)} aria-current={name === selected || undefined}>
          {name}
        </a>
      </h3>
      <ul>
        {links.map((link) => (
          <LinkLine key={link.name} link={link} graph={graph} domain={domain} />
        ))}
        {values > 0 && <li className="values">{values === 1 ? '1 value' : `${values} values`}</li>}
      </ul>
    </article>
  );
}

/** Those that lead back are drawn for what is selected alone. */
function Arrows({ arrows, selected }: { arrows: readonly Arrow[]; selected: string | undefined }) {
  const near = ({ from, to }: Arrow): boolean => from === selected || to === selected;
  return arrows
    .filter((arrow) => !arrow.isBack || near(arrow))
    .map((arrow) => <path key={arrow.path} d={arrow.path} className={near(arrow) ? 'near' : undefined} />);
}

/** A mouse drags the paper; fingers and wheels scroll it as they do anywhere. */
function drag({ currentTarget: paper, ...event }: PointerEvent<HTMLElement>): void {
  if (event.pointerType === 'mouse' && event.buttons === 1)
    paper.scrollBy(-event.movementX, -event.movementY);
}

const Boxes = memo(function Boxes({ graph, domain, selected }: Drawn) {
  const { width, height, boxes, arrows } = useMemo(() => picture(viewOf(graph, domain)), [graph, domain]);
  return (
    <>
      <svg width={width} height={height} aria-hidden="true">
        <Arrows arrows={arrows} selected={selected} />
      </svg>
      {boxes.map((box) => (
        <TypeBox key={box.type.name} box={box} graph={graph} domain={domain} selected={selected} />
      ))}
    </>
  );
});

/** One domain of the graph on a paper that scrolls; what is selected comes into sight, else the middle stays there. */
export function Diagram({ graph, domain, selected, zoom }: Drawn & { zoom: number }) {
  const paper = useRef<HTMLElement>(null);
  const width = useWidth();
  /** What was seen last; a paper that has shrunk tells of another place already. */
  const seen = useRef({ domain, zoom, left: 0, top: 0 });

  useEffect(() => {
    const { current: element } = paper;
    if (!element) return;
    const head = element.querySelector('[data-selected] h3');
    const { left, top, ...before } = seen.current;
    const middle = { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    const growth = zoom / before.zoom;
    // To its right is what it leads to.
    if (head) head.scrollIntoView({ block: 'center', inline: 'start' });
    else if (domain !== before.domain) element.scrollTo(0, 0);
    else element.scrollTo((left + middle.x) * growth - middle.x, (top + middle.y) * growth - middle.y);
    seen.current = { domain, zoom, left: element.scrollLeft, top: element.scrollTop };
  }, [domain, selected, zoom, width]);

  function note({ currentTarget: { scrollLeft: left, scrollTop: top } }: UIEvent<HTMLElement>): void {
    seen.current = { ...seen.current, left, top };
  }

  return (
    <section
      ref={paper}
      className="paper"
      aria-label={`${domain.name}, drawn`}
      // What scrolls has to be reached by keys.
      tabIndex={0}
      onPointerMove={drag}
      onScroll={note}
    >
      <div className="drawing" style={{ ...coloured(domain), zoom }}>
        <Boxes graph={graph} domain={domain} selected={selected} />
      </div>
    </section>
  );
}
