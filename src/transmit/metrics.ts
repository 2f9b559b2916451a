import { Counter, Gauge, Histogram, type MetricValueWithName, type Registry } from 'prom-client';
import type { Tally } from '../kernel/figures.js';
import type { Platform } from './platform.js';
import { BUCKETS } from './traffic.js';

type Labels = { platform: string; name: string };
type Platforms = () => Iterable<Platform>;

const LABELS = ['platform', 'name'] as const;
const labelsOf = ({ route }: Platform): Labels => ({ platform: route.id, name: route.name });

interface Definition<T extends string> {
  name: string;
  help: string;
  more?: readonly T[];
  /** The metric's values for one platform. */
  values: (platform: Platform) => Iterable<[labels: Partial<Record<T, string>>, value: number]>;
}

function register<T extends string>(
  Metric: typeof Counter | typeof Gauge,
  definition: Definition<T>,
  platforms: Platforms,
  registry: Registry,
): void {
  const metric: Counter | Gauge = new Metric({
    name: definition.name,
    help: definition.help,
    labelNames: [...LABELS, ...(definition.more ?? [])],
    registers: [registry],
    collect() {
      metric.reset();
      for (const platform of platforms()) {
        for (const [labels, value] of definition.values(platform)) {
          metric.inc({ ...labelsOf(platform), ...labels }, value);
        }
      }
    },
  });
}

type HistogramValue = MetricValueWithName<'platform' | 'name' | 'le'>;

const FIRST_BYTE = 'isthmus_transmit_time_to_first_byte_seconds';

function firstByteValues(platform: Platform): HistogramValue[] {
  const { firstByte, firstByteSum } = platform.traffic;
  const labels = labelsOf(platform);
  let count = 0;
  const buckets = firstByte.map((observed, index) => {
    count += observed;
    const le = BUCKETS[index] ?? '+Inf';
    return { metricName: `${FIRST_BYTE}_bucket`, labels: { ...labels, le }, value: count };
  });
  const sum = { metricName: `${FIRST_BYTE}_sum`, labels, value: firstByteSum };
  return [...buckets, sum, { metricName: `${FIRST_BYTE}_count`, labels, value: count }];
}

function emptyHistogram(): Histogram {
  return new Histogram({ name: FIRST_BYTE, help: "Time until a platform's response headers", registers: [] });
}

function firstByteHistogram(platforms: Platforms): Histogram {
  const empty = emptyHistogram();
  const read = async () => ({ ...(await empty.get()), values: [...platforms()].flatMap(firstByteValues) });
  // The registry prefers the second, which the types do not know.
  return Object.assign(emptyHistogram(), { get: read, getForPromString: read });
}

/** Metrics that read the platforms' own figures when they are scraped, and cost nothing until then. */
export function registerMetrics(registry: Registry, platforms: Platforms, refusals: Tally<'code'>): void {
  const counter = <T extends string>(definition: Definition<T>) =>
    register(Counter, definition, platforms, registry);
  const gauge = (name: string, help: string, read: (platform: Platform) => number) =>
    register(Gauge, { name, help, values: (platform) => [[{}, read(platform)]] }, platforms, registry);

  counter<'class'>({
    name: 'isthmus_transmit_requests_total',
    help: 'Forwarded requests by the class of the status that was answered; none when the client left before',
    more: ['class'],
    values: ({ traffic }) => traffic.requests().map(([name, value]) => [{ class: name }, value]),
  });
  counter<'direction'>({
    name: 'isthmus_transmit_bytes_total',
    help: 'Bytes of forwarded bodies, to the platform (up) and from it (down)',
    more: ['direction'],
    values: ({ traffic }) => [
      [{ direction: 'up' }, traffic.bytesUp],
      [{ direction: 'down' }, traffic.bytesDown],
    ],
  });
  gauge(
    'isthmus_transmit_in_flight',
    'Requests under way or waiting for a connection',
    ({ traffic }) => traffic.inFlight,
  );
  gauge(
    'isthmus_transmit_connections',
    'Open connections to the platform',
    ({ connector }) => connector.open,
  );
  gauge(
    'isthmus_transmit_circuit_open',
    '1 while requests are refused because connections failed',
    ({ connector }) => Number(connector.isBroken),
  );
  const refused: Counter = new Counter({
    name: 'isthmus_transmit_refused_total',
    help: 'Requests that were not forwarded to any platform, by the code of the reason',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      refused.reset();
      for (const [labels, value] of refusals.values()) refused.inc(labels, value);
    },
  });
  registry.registerMetric(firstByteHistogram(platforms));
}
