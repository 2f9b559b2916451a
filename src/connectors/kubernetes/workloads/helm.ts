import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../../../kernel/errors.js';
import type { Named } from '../failures.js';
import { tidy } from '../../../net/text.js';

/** Milliseconds; hooks of charts may take long. */
const MOST_TIME = 300_000;
/** Bytes of what it says that are kept, the last ones. */
const MOST_SAID = 16_384;
const MOST_QUOTED = 500;
/** Whoever started it may read the kubeconfig, nobody else. */
const PRIVATE = 0o600;

export interface HelmFiles {
  kubeconfig: string;
  chart?: Buffer;
}

interface HelmRun extends HelmFiles {
  /** What it shall do; it gets the chart's file as its last argument where there is one. */
  args: readonly string[];
  signal: AbortSignal;
}

/** The `helm` program, version 3.13 or newer: https://helm.sh/docs/helm/ */
export class HelmProgram {
  constructor(private readonly file: string) {}

  /** Runs it in a folder of its own that nothing stays of. Throws UPSTREAM_ERROR with what it complains of. */
  async run(whom: Named, { args, kubeconfig, chart, signal }: HelmRun): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'isthmus-helm-'));
    try {
      const config = join(folder, 'kubeconfig');
      await writeFile(config, kubeconfig, { mode: PRIVATE });
      const all = [...args, '--kubeconfig', config];
      if (chart) {
        const file = join(folder, 'chart.tgz');
        await writeFile(file, chart, { mode: PRIVATE });
        all.push('--', file);
      }
      await this.#start(whom, all, folder, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #start(whom: Named, args: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(MOST_TIME);
    const child = spawn(this.file, args, {
      cwd: folder,
      // Nothing of this process' environment, which has secrets; its files stay in the folder.
      env: { HOME: folder, TMPDIR: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: AbortSignal.any([signal, late]),
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_SAID)));
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.on('error', reject).on('close', resolve);
    const code = await promise.catch((error: unknown) => {
      signal.throwIfAborted();
      if (late.aborted)
        throw new DomainError('UPSTREAM_TIMEOUT', `helm did not end in time at ${whom.named}`);
      const reason = error instanceof Error ? error.message : String(error);
      throw new DomainError('NOT_CONFIGURED', `the program that HELM_BIN names cannot be started: ${reason}`);
    });
    if (code === 0) return;
    const complaint = tidy(whom.conceal(said.trim().slice(-MOST_QUOTED)), MOST_QUOTED);
    throw new DomainError('UPSTREAM_ERROR', `helm failed at ${whom.named}: ${complaint}`);
  }
}
