import { z } from 'zod';
import type { HostInterfaceCounters } from '../../../domains/datacenters/hostDetail/hostDetail.port.js';
import { parseJson } from '../../../net/text.js';
import { listOf } from '../fields.js';

/** A network interface of any kind. */
export interface Link extends HostInterfaceCounters {
  name: string;
  /** Of Ethernet; empty for others. */
  mac: string;
}

/**
 * Linux lets names have all but slashes and white space. What begins with a dash would be an option; and no argument of a
 * command may have a NUL, and no text control characters.
 */
const NAME = /^[^\s/\p{Cc}-][^\s/\p{Cc}]{0,14}$/u;
const MAC = /^[\da-f]{2}(?::[\da-f]{2}){5}$/;
const MOST_LINKS = 1024;

/** As far as numbers hold it exactly. */
const whole = (value: number): number => Math.trunc(Math.min(value, Number.MAX_SAFE_INTEGER));

const countIn = (text: string | undefined): number =>
  text !== undefined && /^\d{1,20}$/.test(text) ? whole(Number(text)) : 0;

const count = z.number().nonnegative().catch(0).transform(whole);
const statistics = z.object({
  rx: z.object({ errors: count, dropped: count }),
  tx: z.object({ packets: count, errors: count, dropped: count }),
});
const linkSchema = z.object({
  ifname: z.string().regex(NAME),
  link_type: z.string().optional(),
  address: z.string().optional(),
  stats64: statistics.optional(),
  stats: statistics.optional(),
});
const linksSchema = listOf(linkSchema);

const macIn = (text: string | undefined): string => {
  const mac = text?.toLowerCase() ?? '';
  return MAC.test(mac) ? mac : '';
};

/** Of `ip -s -j link`; undefined where it is something else, as of versions without JSON or without figures in it. */
export function parseJsonLinks(text: string): Link[] | undefined {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  const links = linksSchema.parse(Array.isArray(value) ? value.slice(0, MOST_LINKS) : []);
  const counted = links.flatMap(({ ifname: name, link_type: type, address, stats64, stats }) => {
    const figures = stats64 ?? stats;
    if (!figures) return [];
    const { rx, tx } = figures;
    return {
      name,
      mac: type === 'ether' ? macIn(address) : '',
      ...{ rxDropped: rx.dropped, rxErrors: rx.errors },
      ...{ txDropped: tx.dropped, txErrors: tx.errors, txPackets: tx.packets },
    };
  });
  return counted.length > 0 && counted.length === links.length ? counted : undefined;
}

const emptyLink = (name: string): Link => ({
  name,
  ...{ mac: '', rxDropped: 0, rxErrors: 0, txDropped: 0, txErrors: 0, txPackets: 0 },
});

const HEAD = /^\d{1,9}: (\S{1,64}): </;
const ETHER = /^\s{1,16}link\/ether (\S{17})(?:\s|$)/;
const FIGURES = /^\s{1,16}(RX|TX):(.*)$/;

const wordsOf = (text: string): string[] => text.split(/\s/).filter((word) => word !== '');

/** Of `ip -s link`, whose headings and widths differ between versions. */
export function parseTextLinks(text: string): Link[] {
  const links: Link[] = [];
  let headings: { side: string; names: string[] } | undefined;
  for (const line of text.split('\n')) {
    const [, named] = HEAD.exec(line) ?? [];
    const [name] = named?.split('@') ?? [];
    if (name !== undefined && NAME.test(name)) links.push(emptyLink(name));
    const link = links.at(-1);
    const [, mac] = ETHER.exec(line) ?? [];
    if (link && mac !== undefined) link.mac = macIn(mac);
    if (link && headings) {
      const values = wordsOf(line);
      const of = (wanted: string) => countIn(values[headings?.names.indexOf(wanted) ?? -1]);
      if (headings.side === 'RX') Object.assign(link, { rxDropped: of('dropped'), rxErrors: of('errors') });
      else
        Object.assign(link, {
          ...{ txDropped: of('dropped'), txErrors: of('errors') },
          txPackets: of('packets'),
        });
    }
    const [, side, names = ''] = FIGURES.exec(line) ?? [];
    headings = side === undefined ? undefined : { side, names: wordsOf(names) };
  }
  return links.slice(0, MOST_LINKS);
}

const FILE = /^\/sys\/class\/net\/([^\s/]{1,15})\/(?:statistics\/)?([a-z_]{1,16}):(.{1,64})$/;
const STATISTICS: Readonly<Record<string, keyof HostInterfaceCounters>> = {
  rx_dropped: 'rxDropped',
  rx_errors: 'rxErrors',
  tx_dropped: 'txDropped',
  tx_errors: 'txErrors',
  tx_packets: 'txPackets',
};

/** Of files below /sys/class/net, as grep prints them with their names. */
export function parseSysfsLinks(text: string): Link[] {
  const links = new Map<string, Link>();
  for (const line of text.split('\n')) {
    const [, name, file = '', value = ''] = FILE.exec(line.trimEnd()) ?? [];
    if (name === undefined || !NAME.test(name)) continue;
    const link = links.get(name) ?? emptyLink(name);
    if (links.size < MOST_LINKS) links.set(name, link);
    const counter = STATISTICS[file];
    if (file === 'address') link.mac = macIn(value);
    else if (counter) link[counter] = countIn(value);
  }
  return [...links.values()];
}
