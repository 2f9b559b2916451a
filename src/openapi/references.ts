import { quoted, type Faults } from './faults.js';
import { isRecord } from '../kernel/isRecord.js';
import { below, valueAt } from './pointer.js';
import { mustBe } from './words.js';

/** References in a row. */
const LONGEST_WAY = 16;

export interface Found {
  node: Readonly<Record<string, unknown>>;
  place: string;
}

/** Finds what is referred to, except schemas. */
export class References {
  constructor(
    private readonly root: unknown,
    private readonly faults: Faults,
  ) {}

  /** The object at a place, or the one that it refers to; undefined, and told, where there is none. */
  follow(value: unknown, place: string): Found | undefined {
    let node = value;
    let at = place;
    for (let step = 0; step < LONGEST_WAY; step += 1) {
      if (!isRecord(node)) {
        this.faults.add(at, mustBe('object'));
        return undefined;
      }
      const { $ref } = node;
      if ($ref === undefined) return { node, place: at };
      const target = typeof $ref === 'string' && $ref.startsWith('#/') ? valueAt(this.root, $ref) : undefined;
      if (target === undefined || typeof $ref !== 'string') {
        const known = typeof $ref === 'string' && $ref.startsWith('#/');
        this.faults.add(
          below(at, '$ref'),
          known ? `${quoted($ref)} is not in the document` : 'must be a reference within the document: #/…',
        );
        return undefined;
      }
      node = target;
      at = $ref.slice('#'.length);
    }
    this.faults.add(below(place, '$ref'), `refers on more than ${LONGEST_WAY} times`);
    return undefined;
  }
}
