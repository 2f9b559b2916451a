import { json } from 'node:stream/consumers';
import { httpUpstream } from '../support/upstream.js';

interface Sent {
  resourceSpans: {
    resource: { attributes: Pair[] };
    scopeSpans: { spans: SentSpan[] }[];
  }[];
}

interface Pair {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Pair[];
}

export interface CollectedSpan extends Omit<SentSpan, 'attributes'> {
  service: string | undefined;
  attributes: Record<string, string | number | undefined>;
}

const valuesOf = (pairs: readonly Pair[]) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));

const spansOf = ({ resourceSpans }: Sent): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: valuesOf(span.attributes),
        service: String(valuesOf(resource.attributes)['service.name']),
      })),
    ),
  );

/** Takes traces as an OpenTelemetry collector does: OTLP in JSON over HTTP. */
export async function startCollector() {
  const spans: CollectedSpan[] = [];
  const headers: unknown[] = [];
  const upstream = await httpUpstream(async (request, response) => {
    headers.push(request.headers['x-key']);
    const sent = (await json(request)) as Sent;
    if (request.url === '/v1/traces') spans.push(...spansOf(sent));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return { spans, headers, url: `http://127.0.0.1:${upstream.port}`, stop: async () => upstream.close() };
}
