// Many stand-ins for clusters in one process: node rolloutFleet.mjs FOLDER SPEC COUNT SLOWEST; tells of them in one line of JSON,
// and at SIGTERM, in another, how many requests for objects of businesses were under way at once at most.
import { X509Certificate } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { pathToFileURL } from 'node:url';

const [folder, spec, count, slowest] = process.argv.slice(2);
const { start, parseArgs } = await import(pathToFileURL(`${folder}/server.mjs`).href);

let underWay = 0;
let most = 0;
subscribe('http.server.request.start', ({ request, response }) => {
  if (!/\/namespaces\/ns\d/.test(request.url)) return;
  underWay += 1;
  most = Math.max(most, underWay);
  response.once('close', () => (underWay -= 1));
});

/** Throws where one of them cannot be read. */
const certificatesOf = (kubeconfig) =>
  [...kubeconfig.matchAll(/certificate(?:-authority)?-data: *"?([A-Za-z0-9+/=]+)/g)].map(
    ([, data]) => new X509Certificate(Buffer.from(data, 'base64')),
  );

/** Certificates whose random serial number is not valid as such are made anew. */
async function startOne(options) {
  for (;;) {
    try {
      const cluster = await start(parseArgs(options));
      certificatesOf(cluster.kubeconfig);
      return cluster;
    } catch (error) {
      if (error.code !== 'ERR_OSSL_ASN1_ILLEGAL_PADDING') throw error;
    }
  }
}

const clusters = [];
for (let index = 0; index < Number(count); index += 1) {
  // Pods of the last cluster take long to become ready.
  const delay = index === Number(count) - 1 ? slowest : '300';
  clusters.push(
    await startOne(['--name', `bench-${index}`, '--nodes', '1', '--spec', spec, '--ready-delay', delay]),
  );
}
const infos = clusters.map(({ info: { name, control }, kubeconfig }) => ({ name, kubeconfig, control }));
process.once('SIGTERM', () => process.stdout.write(`${most}\n`, () => process.exit()));
process.stdout.write(`${JSON.stringify(infos)}\n`);
