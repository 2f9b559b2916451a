import type { PortCounters } from '../../../domains/datacenters/hostDetail/hostDetail.port.js';
import { parseJson } from '../../../net/text.js';

const MOST_PORTS = 8192;
/** Of a map; newer switches count in fifty ways. */
const MOST_PAIRS = 256;

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const isPair = (value: unknown): value is [unknown, unknown] => Array.isArray(value) && value.length === 2;

/** A map as OVSDB writes it: RFC 7047, 5.1. */
function mapIn(value: unknown): ReadonlyMap<unknown, unknown> {
  const [kind, pairs] = listIn(value);
  return new Map(kind === 'map' ? listIn(pairs).slice(0, MOST_PAIRS).filter(isPair) : []);
}

/** Digits; null for what is not kept, or ran below zero, which some write as a number above all others. */
function counterIn(statistics: ReadonlyMap<unknown, unknown>, name: string): string | null {
  const count = statistics.get(name);
  return Number.isSafeInteger(count) && Number(count) >= 0 ? String(count) : null;
}

const countersIn = (statistics: ReadonlyMap<unknown, unknown>): PortCounters => ({
  rxDropped: counterIn(statistics, 'rx_dropped'),
  rxErrors: counterIn(statistics, 'rx_errors'),
  rxPackets: counterIn(statistics, 'rx_packets'),
  txDropped: counterIn(statistics, 'tx_dropped'),
  txErrors: counterIn(statistics, 'tx_errors'),
  txPackets: counterIn(statistics, 'tx_packets'),
});

function tableIn(text: string): { headings: unknown[]; rows: unknown[] } | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('headings' in value && 'data' in value))
    return undefined;
  const { headings, data } = value;
  return Array.isArray(headings) && Array.isArray(data) ? { headings, rows: data } : undefined;
}

/** Of `ovs-vsctl --format=json list interface`: counters by the id of Neutron's port; undefined where it is something else. */
export function parseSwitchPorts(text: string): Readonly<Record<string, PortCounters>> | undefined {
  const table = tableIn(text);
  if (!table) return undefined;
  const [ids = -1, statistics = -1, numbers = -1] = ['external_ids', 'statistics', 'ofport'].map((name) =>
    table.headings.indexOf(name),
  );
  const open: [string, PortCounters][] = [];
  const broken: [string, PortCounters][] = [];
  for (const row of table.rows.slice(0, MOST_PORTS).map(listIn)) {
    const id = mapIn(row[ids]).get('iface-id');
    if (typeof id !== 'string') continue;
    // One that could not be opened has no number, or -1, and may stand beside one that could.
    const number = row[numbers];
    const isOpen = typeof number === 'number' && number > 0;
    (isOpen ? open : broken).push([id, countersIn(mapIn(row[statistics]))]);
  }
  return Object.fromEntries([...broken, ...open]);
}
