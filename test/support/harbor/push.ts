import { createHash } from 'node:crypto';

export interface Registry {
  url: string;
  user: string;
  password: string;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

const digestOf = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** Of tar: a file system of nothing. */
const EMPTY_LAYER = Buffer.alloc(1024);

async function tokenFor({ url, user, password }: Registry, name: string): Promise<string> {
  const scope = `repository:${name}:pull,push`;
  const search = new URLSearchParams({ service: 'harbor-registry', scope });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const response = await fetch(`${url}/service/token?${search.toString()}`, { headers: { authorization } });
  const { token = '' } = (await response.json()) as { token?: string };
  return token;
}

/** Pushes images as docker does. */
class Push {
  constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  async #send(
    method: string,
    url: string,
    body?: Buffer,
    type = 'application/octet-stream',
  ): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body && { 'content-type': type }) };
    const response = await fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
    if (!response.ok)
      throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
    return response;
  }

  async blob(data: Buffer): Promise<{ digest: string; size: number }> {
    const started = await this.#send('POST', `${this.base}/blobs/uploads/`);
    const place = new URL(started.headers.get('location') ?? '', this.base);
    const digest = digestOf(data);
    place.searchParams.set('digest', digest);
    await this.#send('PUT', place.href, data);
    return { digest, size: data.length };
  }

  async manifest(reference: string | undefined, value: object, type: string) {
    const data = Buffer.from(JSON.stringify(value));
    const digest = digestOf(data);
    await this.#send('PUT', `${this.base}/manifests/${reference ?? digest}`, data, type);
    return { mediaType: type, digest, size: data.length };
  }

  async image(tag: string | undefined, architecture: string, text: string) {
    const layer = { mediaType: LAYER, ...(await this.blob(EMPTY_LAYER)) };
    const rootfs = { type: 'layers', diff_ids: [layer.digest] };
    const config = { architecture, os: 'linux', config: { Labels: { text } }, rootfs };
    const blob = await this.blob(Buffer.from(JSON.stringify(config)));
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...blob },
      layers: [layer],
    };
    return this.manifest(tag, manifest, MANIFEST);
  }
}

/** Pushes one image under tags; several architectures make an index. */
export async function pushImage(
  registry: Registry,
  name: string,
  tags: readonly string[],
  { text = tags.join(), architectures = ['amd64'] as readonly string[] } = {},
): Promise<void> {
  const push = new Push(`${registry.url}/v2/${name}`, await tokenFor(registry, name));
  const [architecture = 'amd64', ...others] = architectures;
  for (const tag of tags) {
    if (others.length === 0) await push.image(tag, architecture, text);
    else {
      const manifests = [];
      for (const each of architectures) {
        const platform = { architecture: each, os: 'linux' };
        manifests.push({ ...(await push.image(undefined, each, text)), platform });
      }
      await push.manifest(tag, { schemaVersion: 2, mediaType: INDEX, manifests }, INDEX);
    }
  }
}
