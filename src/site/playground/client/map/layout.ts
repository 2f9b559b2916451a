import type { MapType } from './graphModel.js';

/** Pixels of a box and its lines, as map.css has them. */
export const BOX = { width: 240, head: 30, line: 22, foot: 6 };
const GAP = { columns: 56, boxes: 16, margin: 24 };
/** Pixels after which a column goes on in the next one. */
const COLUMN_HEIGHT = 1000;

export interface Box {
  type: MapType;
  x: number;
  y: number;
  height: number;
}

export interface Arrow {
  from: string;
  to: string;
  /** Whether it leads to the left or up and down, where it would cross what is drawn. */
  isBack: boolean;
  /** As an SVG path. */
  path: string;
}

export interface Picture {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

/** Lines of a box: one a link, and one that counts its values. */
const linesOf = ({ links, values }: MapType): number => links.length + (values > 0 ? 1 : 0);
const heightOf = (type: MapType): number => BOX.head + linesOf(type) * BOX.line + BOX.foot;

/** Types by how many links lead to them from the first ones, which nothing leads to; each in the order of those. */
function levelsOf(types: readonly MapType[]): MapType[][] {
  const byName = new Map(types.map((type) => [type.name, type]));
  const led = new Set(
    types.flatMap(({ name, links }) => links.map(({ target }) => target).filter((to) => to !== name)),
  );
  const levels: MapType[][] = [];
  let level = types.filter(({ name }) => !led.has(name));
  while (byName.size > 0) {
    // Types that lead to each other alone are begun with any of them.
    if (level.length === 0) level = [...byName.values()].slice(0, 1);
    for (const { name } of level) byName.delete(name);
    levels.push(level);
    const next = new Set(level.flatMap(({ links }) => links.map(({ target }) => target)));
    level = [...next].flatMap((name) => byName.get(name) ?? []);
  }
  return levels;
}

/** Puts boxes below each other, as far as a column goes. */
function columnsOf(level: readonly MapType[]): MapType[][] {
  const columns: MapType[][] = [];
  let room = 0;
  for (const type of level) {
    const height = heightOf(type) + GAP.boxes;
    const column = columns.at(-1);
    if (column && height <= room) column.push(type);
    else columns.push([type]);
    room = (column && height <= room ? room : COLUMN_HEIGHT) - height;
  }
  return columns;
}

function boxesOf(column: readonly MapType[], index: number): Box[] {
  const x = GAP.margin + index * (BOX.width + GAP.columns);
  let y = GAP.margin;
  return column.map((type) => {
    const box = { type, x, y, height: heightOf(type) };
    y += box.height + GAP.boxes;
    return box;
  });
}

/** From the line of a field to the head of the type that it leads to. */
function arrow(from: Box, line: number, to: Box): Arrow {
  const y = from.y + BOX.head + (line + 0.5) * BOX.line;
  const end = to.y + BOX.head / 2;
  const start = from.x + BOX.width;
  const bend = Math.max(GAP.columns / 2, Math.abs(to.x - start) / 2);
  const path = `M${start} ${y}C${start + bend} ${y} ${to.x - bend} ${end} ${to.x} ${end}`;
  return { from: from.type.name, to: to.type.name, isBack: to.x <= from.x, path };
}

/** Places the boxes in columns from left to right, so that most arrows lead to the right. */
export function picture(types: readonly MapType[]): Picture {
  const boxes = levelsOf(types).flatMap(columnsOf).flatMap(boxesOf);
  const byName = new Map(boxes.map((box) => [box.type.name, box]));
  const arrows = boxes.flatMap((from) =>
    from.type.links.flatMap(({ target }, line) => {
      const to = byName.get(target);
      return to ? [arrow(from, line, to)] : [];
    }),
  );
  const width = Math.max(0, ...boxes.map(({ x }) => x)) + BOX.width + GAP.margin;
  const height = Math.max(0, ...boxes.map((box) => box.y + box.height)) + GAP.margin;
  return { width, height, boxes, arrows };
}
