import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';

const BLOCK = 512;

/** One entry of an archive, whose header need not be true. */
export interface Entry extends HeaderData {
  content?: string | Buffer;
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);

function blocksOf({ content = '', ...header }: Entry): Buffer {
  const bytes = Buffer.from(content);
  const block = Buffer.alloc(BLOCK);
  const values = {
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: new Date(0),
    type: 'File',
    size: bytes.length,
    ...header,
  };
  new Header(values as HeaderData).encode(block);
  return Buffer.concat([block, padded(bytes)]);
}

/** An archive of these entries, as they are. */
export const tarOf = (...entries: Entry[]): Buffer =>
  Buffer.concat([...entries.map(blocksOf), Buffer.alloc(2 * BLOCK)]);

export const CHART_YAML = 'apiVersion: v2\nname: hello\nversion: 0.1.0\n';

export const METADATA: Entry = { path: 'hello/Chart.yaml', content: CHART_YAML };

/** As `helm package` makes it. */
export const CHART = gzipSync(
  tarOf(
    METADATA,
    { path: 'hello/values.yaml', content: 'replicas: 1\n' },
    { path: 'hello/templates/pod.yaml' },
  ),
);

export const chartOf = (...entries: Entry[]): Buffer => gzipSync(tarOf(...entries));

/** A form as curl sends it. */
export function formOf(parts: Record<string, string | Buffer | undefined>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === 'string') form.append(name, value);
    else if (value !== undefined) form.append(name, new Blob([new Uint8Array(value)]), 'hello-0.1.0.tgz');
  }
  return form;
}
