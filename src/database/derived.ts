import type { KeyKind } from '../kernel/cursors.js';

/** SQL of a row's properties, and of those of what the row belongs to. */
export type RowColumns<T> = {
  readonly [P in keyof T & string]-?: T[P] extends { id: unknown } ? RowColumns<T[P]> : string;
};

interface Derivation {
  expression: (columns: never) => string;
  kind: KeyKind;
}

const derivations = new WeakMap<object, Map<string, Derivation>>();

/**
 * How lists read a property that is no column. Unlike MikroORM's formulas it may use the columns of what the row belongs
 * to, through the join that lists have anyway, and stand on a getter, which managed objects then have.
 */
export function Derived<T>(expression: (columns: RowColumns<T>) => string, kind: KeyKind): PropertyDecorator {
  return (prototype, name) => {
    const known = derivations.get(prototype) ?? new Map<string, Derivation>();
    derivations.set(prototype, known.set(String(name), { expression, kind }));
  };
}

/** Of the class with this prototype, by property. */
export const derivedOf = (prototype: object): ReadonlyMap<string, Derivation> =>
  derivations.get(prototype) ?? new Map<string, Derivation>();
