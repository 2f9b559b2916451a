/** How many objects, lists and values a value is made of; Infinity when it nests deeper than `levels`. */
export function partsOf(value: unknown, levels = Infinity): number {
  if (value === undefined) return 0;
  if (typeof value !== 'object' || value === null || value instanceof Date) return 1;
  // The bytes of a file.
  if (ArrayBuffer.isView(value)) return 1;
  if (levels === 0) return Infinity;
  let parts = 1;
  for (const inner of Object.values(value)) parts += partsOf(inner, levels - 1);
  return parts;
}
