import type { CpuCore } from '../../../domains/datacenters/hostDetail/hostDetail.port.js';

/** A logical CPU that is online; null for what is not told. */
export interface Cpu {
  cpu: number;
  core: number | null;
  socket: number | null;
}

/** Linux has 8,192 at most. */
const MOST_CPUS = 8192;

/** A number as the kernel prints it, -1 and below for none. */
function numberIn(text: string): number | null {
  const trimmed = text.trim();
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : null;
}

/** Of /proc/cpuinfo. */
export function parseCpuinfo(text: string): Cpu[] {
  const cpus: Cpu[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trimEnd();
    const value = numberIn(line.slice(colon + 1));
    const last = cpus.at(-1);
    if (name === 'processor' && value !== null) cpus.push({ cpu: value, core: null, socket: null });
    else if (name === 'core id' && last) last.core = value;
    else if (name === 'physical id' && last) last.socket = value;
  }
  return cpus.slice(0, MOST_CPUS);
}

const TOPOLOGY =
  /^\/sys\/devices\/system\/cpu\/cpu(\d{1,9})\/topology\/(core_id|physical_package_id):(-?\d{1,9})$/;

/** Of files below /sys/devices/system/cpu, as grep prints them with their names. */
export function parseTopology(text: string): Cpu[] {
  const cpus = new Map<number, Cpu>();
  for (const line of text.split('\n')) {
    const [, number, file, value = ''] = TOPOLOGY.exec(line.trimEnd()) ?? [];
    if (number === undefined) continue;
    const cpu = cpus.get(Number(number)) ?? { cpu: Number(number), core: null, socket: null };
    if (cpus.size < MOST_CPUS) cpus.set(cpu.cpu, cpu);
    if (file === 'core_id') cpu.core = numberIn(value);
    else cpu.socket = numberIn(value);
  }
  return [...cpus.values()];
}

/** Whether each has a core and a socket. */
export const isWhole = (cpus: readonly Cpu[]): boolean =>
  cpus.length > 0 && cpus.every(({ core, socket }) => core !== null && socket !== null);

const byNumber = <V>(map: ReadonlyMap<number, V>): [number, V][] =>
  [...map].toSorted(([one], [other]) => one - other);

/** By numbers. A CPU without a core is its own; sockets without a number are 0. */
export function coresOf(cpus: readonly Cpu[]): CpuCore[] {
  const byCore = Map.groupBy(cpus, ({ cpu, core }) => core ?? cpu);
  return byNumber(byCore).flatMap(([core, own]) => {
    const bySocket = Map.groupBy(own, ({ socket }) => socket ?? 0);
    return byNumber(bySocket).map(([socket, members]) => {
      const numbers = new Set(members.map(({ cpu }) => cpu));
      return { core, socket, cpus: [...numbers].toSorted((one, other) => one - other) };
    });
  });
}
