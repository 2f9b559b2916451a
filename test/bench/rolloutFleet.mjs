// Many stand-ins for clusters in one process: node rolloutFleet.mjs FOLDER SPEC COUNT SLOWEST; tells of them in one line of JSON.
import { pathToFileURL } from 'node:url';

const [folder, spec, count, slowest] = process.argv.slice(2);
const { start, parseArgs } = await import(pathToFileURL(`${folder}/server.mjs`).href);

const clusters = [];
for (let index = 0; index < Number(count); index += 1) {
  // Pods of the last cluster take long to become ready.
  const delay = index === Number(count) - 1 ? slowest : '300';
  const options = ['--name', `bench-${index}`, '--nodes', '1', '--spec', spec, '--ready-delay', delay];
  clusters.push(await start(parseArgs(options)));
}
const infos = clusters.map(({ info: { name, control }, kubeconfig }) => ({ name, kubeconfig, control }));
process.stdout.write(`${JSON.stringify(infos)}\n`);
