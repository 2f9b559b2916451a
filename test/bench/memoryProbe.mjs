// Loaded before the server: appends what its memory consists of to the file MEMORY_PROBE at each SIGUSR2; without
// garbage where a file `$MEMORY_PROBE.live` asks for that, which every collection before the end would falsify.
import { appendFileSync, existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Of WebAssembly, which PGlite is; no figure of Node's own tells it apart. */
const memories = new Set();

function keep(exported) {
  for (const value of Object.values(exported)) if (value instanceof WebAssembly.Memory) memories.add(value);
}

if (isMainThread) {
  const { Memory, instantiate } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor) {
      super(descriptor);
      memories.add(this);
    }
  };
  WebAssembly.instantiate = async (source, imports) => {
    const made = await instantiate(source, imports);
    keep((made.instance ?? made).exports);
    return made;
  };
  const collect = () => {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
  };
  process.on('SIGUSR2', () => {
    const file = process.env.MEMORY_PROBE;
    if (existsSync(`${file}.live`)) collect();
    const wasm = [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    appendFileSync(file, `${JSON.stringify({ ...process.memoryUsage(), wasm })}\n`);
  });
}
