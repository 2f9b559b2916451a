const MAX_REFERENCE = 512;
/** As registries have it, without the tag. */
const MAX_NAME = 255;
const MAX_TAG = 128;
const MAX_HOST = 253;

const HOST_LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const PORT = /^[0-9]{1,5}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PATH_CHARACTERS = /^[a-z0-9._-]+$/;
/** What may stand between letters and digits of a path; any number of hyphens, too. */
const SEPARATORS = ['', '.', '_', '__'];

/** Splits at the first, or the last, place of a mark; all is before where there is none. */
function splitAt(text: string, place: number): [before: string, after: string | undefined] {
  return place === -1 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

function isPathPart(part: string): boolean {
  if (!PATH_CHARACTERS.test(part)) return false;
  const separators = part.split(/[a-z0-9]/);
  if (separators.at(0) !== '' || separators.at(-1) !== '') return false;
  return separators.every((each) => SEPARATORS.includes(each) || each === '-'.repeat(each.length));
}

function isRegistry(text: string): boolean {
  const [host, port] = splitAt(text, text.indexOf(':'));
  if (port !== undefined && !PORT.test(port)) return false;
  return host.length <= MAX_HOST && host.split('.').every((label) => HOST_LABEL.test(label));
}

/** Whether the first part names a registry, as Docker tells. */
const namesRegistry = (part: string): boolean =>
  part.includes('.') || part.includes(':') || part === 'localhost';

/** Whether it is an image as Kubernetes pulls it, `[registry/]path:tag`, `@digest` or both; not without either. */
export function isImageReference(text: string): boolean {
  if (text.length > MAX_REFERENCE) return false;
  const [tagged, digest] = splitAt(text, text.indexOf('@'));
  const colon = tagged.lastIndexOf(':');
  const [name, tag] = splitAt(tagged, tagged.includes('/', colon) ? -1 : colon);
  if (tag === undefined && digest === undefined) return false;
  if (tag !== undefined && !(tag.length <= MAX_TAG && TAG.test(tag))) return false;
  if (digest !== undefined && !DIGEST.test(digest)) return false;
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && namesRegistry(first);
  if (hasRegistry && !isRegistry(first)) return false;
  const path = hasRegistry ? rest : [first, ...rest];
  return name.length <= MAX_NAME && path.every(isPathPart);
}
