import type { Infrastructure, ZoneCapacity } from '../../inventory/infrastructure.entity.js';
import type { Cell } from '../workbook/cells.js';
import type { RowBatch } from '../workbook/workbook.js';
import { CHANGES_KEPT } from '../../inventory/intake/changeRecord.service.js';
import type { Snapshot } from './snapshot.service.js';

/** What a report is of, as it was when it was asked for. */
export interface Subject {
  name: string;
  createdAt: Date;
  dataCenterName: string;
  systemName: string;
  ceeVersion: string;
  lcmIp: string;
}

type Counted = readonly (readonly [string, number])[];

/** What the first sheet shows; every table can be made a chart of. */
export interface Summary {
  subject: Subject;
  snapshot: Snapshot;
  infrastructure: Infrastructure;
  serversByStatus: Counted;
  serversByTenant: Counted;
  volumesByType: readonly (readonly [type: string, count: number, gigabytes: number])[];
  changes: Counted;
}

export const SUMMARY_WIDTHS = [32, 26, 16, 16, 16, 16, 16, 16, 16, 16];

/** The first row is its heading, or the first two. */
type Table = readonly (readonly Cell[])[];

const percent = (used: number, total: number): number | null =>
  total === 0 ? null : Math.round((used / total) * 1000) / 10;

const capacityRow = (name: string, total: number, used: number): Cell[] => [
  name,
  total,
  used,
  total - used,
  percent(used, total),
];

const zoneRow = (zone: ZoneCapacity): Cell[] => [
  zone.availabilityZone,
  zone.hostInfo.up,
  zone.hostInfo.down,
  zone.virtualMachineCount,
  ...[
    zone.totalVcpus,
    zone.usedVcpus,
    zone.totalMemory,
    zone.usedMemory,
    zone.totalStorage,
    zone.usedStorage,
  ],
];

function readingRows({ readings }: Snapshot): Cell[][] {
  if (readings.length === 0) return [['nothing was ever read', null]];
  return readings.map(({ kind, readAt }) => [kind, readAt]);
}

function previousRows({ previous }: Snapshot): Cell[][] {
  if (!previous) return [['There is no earlier record', null]];
  const { name, createdAt, isKept } = previous;
  const rows: Cell[][] = [[name, createdAt]];
  return isKept
    ? rows
    : [...rows, [`Changes are told for ${CHANGES_KEPT} days; older ones are not here`, null]];
}

function tablesOf(summary: Summary): Table[] {
  const { subject, snapshot, infrastructure: all } = summary;
  return [
    [
      ['Record', subject.name],
      ['Asked for (UTC)', subject.createdAt],
      ['Data center', subject.dataCenterName],
      ['System', subject.systemName],
      ['Version of CEE', subject.ceeVersion],
      ['LCM', subject.lcmIp],
    ],
    [['Inventory', 'Last read (UTC)'], ...readingRows(snapshot)],
    [
      ['Capacity', 'Total', 'Used', 'Free', 'Used, %'],
      capacityRow('CPUs', all.totalVcpus, all.usedVcpus),
      capacityRow('Memory, MB', all.totalMemory, all.usedMemory),
      capacityRow('Local disk, GB', all.totalStorage, all.usedStorage),
    ],
    [
      ['Hosts by state', 'Hosts'],
      ['up', all.hostInfo.up],
      ['down', all.hostInfo.down],
    ],
    [
      [
        ...['Availability zone', 'Hosts up', 'Hosts down', 'Servers', 'CPUs', 'Used CPUs', 'Memory, MB'],
        ...['Used memory, MB', 'Local disk, GB', 'Used disk, GB'],
      ],
      ...all.zones.map(zoneRow),
    ],
    [['Servers by status', 'Servers'], ...summary.serversByStatus],
    [['Servers by tenant', 'Servers'], ...summary.serversByTenant],
    [['Volumes by type', 'Volumes', 'GB'], ...summary.volumesByType],
    [['Changes since', 'Asked for (UTC)'], ...previousRows(snapshot)],
    [['Change', 'Servers'], ...summary.changes],
  ];
}

/** The tables one below the other, with an empty row between two. */
export function summaryRows(summary: Summary): RowBatch {
  const rows: (readonly Cell[])[] = [];
  const bold: number[] = [];
  for (const table of tablesOf(summary)) {
    if (rows.length > 0) rows.push([]);
    bold.push(rows.length);
    for (const row of table) rows.push(row);
  }
  return { rows, bold };
}
