/** A place in a document, as RFC 6901 writes it: `/paths/~1v1~1things/get`. */
export const below = (place: string, ...keys: readonly (string | number)[]): string =>
  keys.reduce<string>(
    (path, key) => `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`,
    place,
  );

/** A part of a reference as a key; undefined where it is badly encoded. */
export const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
};

/** What stands at a place that a reference names: `#/components/schemas/Pet`; undefined where nothing does. */
export function valueAt(root: unknown, reference: string): unknown {
  let value = root;
  for (const part of reference.split('/').slice(1)) {
    const key = decoded(part);
    if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
