import type { DomainError } from '../../kernel/errors.js';
import { type Named, protocolFailure } from './failures.js';
import type { OddNode } from './node.js';
import { tidy } from '../../net/text.js';

/** Nodes that a message names, and characters that it has for each. */
const MOST_NAMED = 5;
const MOST_QUOTED = 160;

/** The nodes of a cluster that are passed over, since they are not as the API promises. */
export class OddNodes {
  readonly #complaints = new Map<string, string>();
  #nameless = 0;

  constructor(private readonly cluster: Named) {}

  get count(): number {
    return this.#complaints.size + this.#nameless;
  }

  add({ name, complaint }: OddNode): void {
    if (name === undefined) this.#nameless += 1;
    else this.#complaints.set(name, tidy(complaint, MOST_QUOTED));
  }

  delete(name: string): void {
    this.#complaints.delete(name);
  }

  /** What is wrong with the cluster; undefined when there are none. */
  get failure(): DomainError | undefined {
    if (this.count === 0) return undefined;
    const named = [...this.#complaints].slice(0, MOST_NAMED);
    const details = named.map(([name, complaint]) => `${JSON.stringify(name)} (${complaint})`);
    const others = this.count - named.length;
    if (others > 0) details.push(named.length > 0 ? `${others} more` : 'without a name');
    const what = this.count === 1 ? 'a node that is' : `${this.count} nodes that are`;
    return protocolFailure(
      this.cluster,
      `has ${what} passed over as not what Kubernetes promises: ${details.join(', ')}`,
    );
  }
}
