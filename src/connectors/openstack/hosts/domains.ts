import { tidy } from '../../../net/text.js';

/** One that is asked for by name; what begins otherwise could be taken for an option. */
const DOMAIN = /^\w[\w.-]{0,254}$/;
const MOST_DOMAINS = 1024;
const MOST_CPU = 8191;
/** CPUs of one domain that are read, however often they are told. */
const MOST_TOLD = 16_384;
const MOST_NAME = 255;

/** Of `virsh list --name`, sorted. */
export function parseDomainNames(text: string): string[] {
  const names = text.split('\n').map((line) => line.trim());
  return [...new Set(names.filter((name) => DOMAIN.test(name)))].toSorted().slice(0, MOST_DOMAINS);
}

/** A set such as `0-7,9`. */
function* cpusIn(set: string): Generator<number> {
  for (const part of set.split(',')) {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part) ?? [];
    if (first === undefined) continue;
    for (let cpu = Number(first); cpu <= Math.min(Number(last), MOST_CPU); cpu += 1) yield cpu;
  }
}

/** A virtual CPU and its set, with a colon between or not, as versions have it. */
const PIN = /^\d{1,5}:?\s+([\d,-]+)$/;

/** Of `virsh vcpupin DOMAIN`: the CPUs in the order of the virtual CPUs, each once. */
export function parseVcpuPins(text: string): number[] {
  const sets = text.split('\n').flatMap((line) => PIN.exec(line.trim())?.[1] ?? []);
  const cpus = new Set<number>();
  let told = 0;
  for (const set of new Set(sets))
    for (const cpu of cpusIn(set)) {
      if (told === MOST_TOLD) return [...cpus];
      told += 1;
      cpus.add(cpu);
    }
  return [...cpus];
}

const OPENING = '<nova:name>';
const CLOSING = '</nova:name>';
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(entity: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name] ?? entity;
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
}

/** Of `virsh dumpxml DOMAIN`: what Nova calls the server; null where it does not say so. */
export function parseServerName(text: string): string | null {
  const start = text.indexOf(OPENING);
  const end = text.indexOf(CLOSING, start);
  if (start === -1 || end === -1) return null;
  const name = text.slice(start + OPENING.length, end).slice(0, MOST_NAME * 8);
  const plain = name.replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,4});/gi, decoded);
  return tidy(plain, MOST_NAME);
}
