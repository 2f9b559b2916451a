#!/usr/bin/env node
// Stands for `helm` where it cannot be had. It is as strict as Helm with its arguments, writes what it was given to a log
// beside itself, and does what the file `behaviour` there says.
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const here = dirname(process.argv[1]);
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    install: { type: 'boolean' },
    namespace: { type: 'string' },
    labels: { type: 'string' },
    'history-max': { type: 'string' },
    'dry-run': { type: 'string' },
    kubeconfig: { type: 'string' },
  },
});
const [command, release, chart] = positionals;

function complaint() {
  if (!values.kubeconfig || !values.namespace) return 'a kubeconfig and a namespace are needed';
  if (command === 'upgrade') return positionals.length === 3 ? '' : '"helm upgrade" requires 2 arguments';
  if (command === 'uninstall') return positionals.length === 2 ? '' : '"helm uninstall" requires 1 argument';
  return `unknown command "${command}" for "helm"`;
}

function run() {
  const call = {
    command,
    release,
    values,
    chart: chart === undefined ? null : readFileSync(chart, 'utf8'),
    kubeconfig: readFileSync(values.kubeconfig, 'utf8'),
    mode: (statSync(values.kubeconfig).mode & 0o777).toString(8),
    environment: Object.keys(process.env),
    pid: process.pid,
  };
  appendFileSync(join(here, 'log'), `${JSON.stringify(call)}\n`);
  const behaviour = existsSync(join(here, 'behaviour')) ? readFileSync(join(here, 'behaviour'), 'utf8') : '';
  if (behaviour === 'hang') setInterval(() => undefined, 1000);
  if (behaviour === 'flood') {
    process.stderr.write(`${'x'.repeat(1000)}\n`.repeat(1000));
    return 'the last words';
  }
  return behaviour.startsWith('fail ') ? behaviour.slice('fail '.length) : '';
}

const failure = complaint() || run();
if (failure !== '') {
  process.stderr.write(`Error: ${failure}\n`);
  process.exitCode = 1;
}
