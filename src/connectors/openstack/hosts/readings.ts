import type {
  CpuCore,
  CpuLayout,
  HostDomain,
  HostInterface,
  HostReadingKind,
  HostReadings,
} from '../../../domains/datacenters/hostDetail/hostDetail.port.js';
import { type Cpu, coresOf, isWhole, parseCpuinfo, parseTopology } from './cpuTopology.js';
import { parseDomainNames, parseServerName, parseVcpuPins } from './domains.js';
import { parseDescriptions, parseDriver } from './drivers.js';
import { type Link, parseJsonLinks, parseSysfsLinks, parseTextLinks } from './links.js';
import { parseSwitchPorts } from './switchPorts.js';
import type { Attempt, HostTools, Tool } from './tools.js';

export interface Read<T> {
  reading: T;
  complaints: string[];
}

const GREP: Tool = { name: 'grep', options: [] };
const IP: Tool = { name: 'ip', options: ['-s'] };
const ETHTOOL: Tool = { name: 'ethtool', options: ['-i'] };
const LSPCI: Tool = { name: 'lspci', options: ['-D'] };
const VIRSH: Tool = { name: 'virsh', options: ['-r', '-c', 'qemu:///system'], mayNeedRoot: true };
/** Seconds; it waits for ever else where the database of the switch is away. */
const OVS: Tool = { name: 'ovs-vsctl', options: ['--timeout=5', '--format=json'], mayNeedRoot: true };

/** Of the file without what few ask for, which is long. */
const CPUINFO = ['-E', '^(processor|physical id|core id)[[:space:]]*:', '/proc/cpuinfo'];
const below = (folder: string, files: readonly string[]) =>
  files.map((file) => `${folder}/${file}`).join(' ');
const TOPOLOGY = `grep -H . ${below('/sys/devices/system/cpu/cpu[0-9]*/topology', ['physical_package_id', 'core_id'])}`;
const COUNTERS = ['rx_dropped', 'rx_errors', 'tx_dropped', 'tx_errors', 'tx_packets'];
const SYSFS_LINKS = `grep -H . /sys/class/net/*/address ${below('/sys/class/net/*/statistics', COUNTERS)}`;
const SERVER_NAME = " | grep -m 1 '<nova:name>'";

/** Of all domains together; an affinity takes a few characters where it has thousands of CPUs. */
const MOST_PINS = 262_144;
const MOST_UNNAMED = 64;
/** Bytes: newer switches count in fifty ways, and each of a host's virtual CPUs has a line. */
const MOST_LONG = 4 * 1_048_576;

const textOf = (attempt: Attempt): string => ('text' in attempt ? attempt.text : '');
const listOfOne = (complaint: string | undefined): string[] => (complaint === undefined ? [] : [complaint]);
const complaintsOf = (attempt: Attempt): string[] =>
  listOfOne('complaint' in attempt ? attempt.complaint : undefined);

async function readCpus(tools: HostTools): Promise<Cpu[]> {
  const told = parseCpuinfo(textOf(await tools.run(GREP, CPUINFO)));
  if (isWhole(told)) return told;
  const topology = parseTopology(await tools.script(TOPOLOGY));
  return topology.length > 0 ? topology : told;
}

async function readCores(tools: HostTools): Promise<Read<CpuCore[]>> {
  const cores = coresOf(await readCpus(tools));
  const complaints = cores.length === 0 ? ['neither /proc/cpuinfo nor sysfs tells CPUs of the host'] : [];
  return { reading: cores, complaints };
}

async function readDomains(tools: HostTools, known: ReadonlySet<string>): Promise<Read<HostDomain[]>> {
  const list = await tools.run(VIRSH, ['list', '--name']);
  const names = parseDomainNames(textOf(list));
  const { texts: pins, complaint } = await tools.each(VIRSH, ['vcpupin'], names, { mostBytes: MOST_LONG });
  const unnamed = names.filter((name) => pins.has(name) && !known.has(name)).slice(0, MOST_UNNAMED);
  const { texts: described } = await tools.each(VIRSH, ['dumpxml'], unnamed, { filter: SERVER_NAME });
  const domains: HostDomain[] = [];
  let total = 0;
  for (const name of names) {
    const cpus = parseVcpuPins(pins.get(name) ?? '');
    total += cpus.length;
    if (total > MOST_PINS)
      return { reading: domains, complaints: ['virsh tells of more CPUs than are read'] };
    // None where it has gone in between.
    if (cpus.length > 0) domains.push({ name, cpus, serverName: parseServerName(described.get(name) ?? '') });
  }
  return { reading: domains, complaints: [...complaintsOf(list), ...listOfOne(complaint)] };
}

async function readCpuLayout(tools: HostTools, known: ReadonlySet<string>): Promise<Read<CpuLayout>> {
  const { reading: cores, complaints } = await readCores(tools);
  const { reading: domains, complaints: more } = await readDomains(tools, known);
  return { reading: { cores, domains }, complaints: [...complaints, ...more] };
}

async function readLinks(tools: HostTools): Promise<Read<Link[]>> {
  const json = parseJsonLinks(textOf(await tools.run(IP, ['-j', 'link'])));
  if (json) return { reading: json, complaints: [] };
  const plain = await tools.run(IP, ['link']);
  const links = parseTextLinks(textOf(plain));
  if (links.length > 0) return { reading: links, complaints: [] };
  const files = parseSysfsLinks(await tools.script(SYSFS_LINKS));
  return { reading: files, complaints: files.length > 0 ? [] : complaintsOf(plain) };
}

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);

async function readInterfaces(tools: HostTools): Promise<Read<HostInterface[]>> {
  const { reading: links, complaints } = await readLinks(tools);
  const names = links.map(({ name }) => name);
  const { texts, complaint } = await tools.each(ETHTOOL, [], names);
  const known = links.flatMap((link) => {
    const driver = parseDriver(texts.get(link.name) ?? '');
    return driver ? { ...link, ...driver } : [];
  });
  const pci = known.length > 0 ? await tools.run(LSPCI, []) : { text: '' };
  const descriptions = parseDescriptions(textOf(pci));
  const interfaces = known.map((each) => ({
    ...each,
    description: descriptions.get(each.pciNumber) ?? '',
  }));
  return {
    reading: interfaces.toSorted(byName),
    complaints: [...complaints, ...listOfOne(complaint), ...complaintsOf(pci)],
  };
}

async function readPortCounters(tools: HostTools): Promise<Read<HostReadings['portCounters']>> {
  const columns = '--columns=name,ofport,type,external_ids,statistics';
  const list = await tools.run(OVS, [columns, 'list', 'interface'], MOST_LONG);
  const counters = 'text' in list ? parseSwitchPorts(list.text) : {};
  const complaints = counters ? complaintsOf(list) : ['ovs-vsctl prints something else than its interfaces'];
  return { reading: counters ?? {}, complaints };
}

/** How each kind is read; of domains that are known nobody need ask the names. */
export const READINGS: {
  [K in HostReadingKind]: (tools: HostTools, domains: ReadonlySet<string>) => Promise<Read<HostReadings[K]>>;
} = {
  cpuLayout: readCpuLayout,
  interfaces: readInterfaces,
  portCounters: readPortCounters,
};
