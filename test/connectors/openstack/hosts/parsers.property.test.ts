import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  coresOf,
  parseCpuinfo,
  parseTopology,
} from '../../../../src/connectors/openstack/hosts/cpuTopology.js';
import {
  parseDomainNames,
  parseServerName,
  parseVcpuPins,
} from '../../../../src/connectors/openstack/hosts/domains.js';
import { parseDescriptions, parseDriver } from '../../../../src/connectors/openstack/hosts/drivers.js';
import {
  parseJsonLinks,
  parseSysfsLinks,
  parseTextLinks,
} from '../../../../src/connectors/openstack/hosts/links.js';
import { parseSwitchPorts } from '../../../../src/connectors/openstack/hosts/switchPorts.js';
import { SAMPLES, sample } from './samples.js';

const everyCpu = (cpus: { cpus: readonly number[] }[]) => cpus.flatMap((each) => [...each.cpus]);

/** Each parser, with what it makes of a text that it must not make. */
const PARSERS: Record<string, (text: string) => unknown[]> = {
  cpuinfo: (text) => everyCpu(coresOf(parseCpuinfo(text))).filter((cpu) => cpu < 0),
  topology: (text) => {
    const cpus = everyCpu(coresOf(parseTopology(text)));
    return new Set(cpus).size === cpus.length ? [] : cpus;
  },
  domains: (text) => parseDomainNames(text).filter((name) => !/^\w[\w.-]*$/.test(name)),
  pins: (text) => {
    const cpus = parseVcpuPins(text);
    return new Set(cpus).size === cpus.length ? cpus.filter((cpu) => cpu > 8191) : cpus;
  },
  serverName: (text) => [parseServerName(text) ?? ''].filter((name) => name.length > 255),
  driver: (text) =>
    [parseDriver(text)?.pciNumber ?? '0000:00:00.0'].filter(
      (slot) => !/^[\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.[\da-f]$/i.test(slot),
    ),
  descriptions: (text) => [...parseDescriptions(text).values()].filter((words) => words.length > 255),
  links: (text) =>
    [...(parseJsonLinks(text) ?? []), ...parseTextLinks(text), ...parseSysfsLinks(text)].filter((link) => {
      const { name, mac: _mac, ...counters } = link;
      const isCounted = Object.values(counters).every((count) => Number.isSafeInteger(count) && count >= 0);
      return !isCounted || !/^[^\s/-][^\s/]{0,14}$/u.test(name);
    }),
  switchPorts: (text) =>
    Object.values(parseSwitchPorts(text) ?? {})
      .flatMap((counters) => Object.values(counters) as (string | null)[])
      .filter((count) => count !== null && !/^\d+$/.test(count)),
};

/** An output with pieces of it left out, doubled, cut or changed. */
const mangled = fc
  .record({
    name: fc.constantFrom(...SAMPLES),
    cuts: fc.array(
      fc.record({
        at: fc.nat(20_000),
        length: fc.nat(40),
        put: fc.string({ unit: 'binary', maxLength: 12 }),
      }),
      {
        maxLength: 6,
      },
    ),
    more: fc.constantFrom('', ...SAMPLES),
  })
  .map(({ name, cuts, more }) => {
    const whole = sample(name) + (more && sample(more));
    return cuts.reduce((text, { at, length, put }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + put + text.slice(start + length);
    }, whole);
  });

test.each(Object.entries(PARSERS))('%s keeps its promises on anything', (_name, oddities) => {
  for (const name of SAMPLES) expect(oddities(sample(name))).toEqual([]);
  fc.assert(
    fc.property(fc.oneof(mangled, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
      expect(oddities(text)).toEqual([]);
    }),
    {
      numRuns: 300,
    },
  );
});

test.each(Object.entries(PARSERS))('%s takes a megabyte of what is hardest to read', (_name, oddities) => {
  const pieces = [
    '\t',
    ' ',
    '0-8191,',
    '9'.repeat(40),
    ':',
    '&#',
    '<nova:name>',
    'processor: 1\n',
    '1: a: <\n',
    ' RX:\n',
  ];
  for (const piece of pieces) expect(oddities(piece.repeat(Math.ceil(1_048_576 / piece.length)))).toEqual([]);
  const lines = Array.from({ length: 60_000 }, (_, index) => ` ${index % 9}   0-${8191 - (index % 8000)}`);
  expect(oddities(lines.join('\n'))).toEqual([]);
  for (const item of ['{}', '[]', '["map",[["iface-id","p"]]]', '{"ifname":"a","stats":{}}']) {
    const list = `[${`${item},`.repeat(Math.floor(1_048_576 / item.length))}{}]`;
    expect(oddities(list)).toEqual([]);
    expect(oddities(`{"headings":["external_ids"],"data":${list}}`)).toEqual([]);
    expect(oddities(`{"headings":["external_ids"],"data":[[["map",${list}]]]}`)).toEqual([]);
  }
});
