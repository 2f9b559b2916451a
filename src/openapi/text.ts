import { nestsDeeper } from '../kernel/exactJson.js';
import { type Reading, readYaml } from '../kernel/yamlText.js';

/** Bytes of a document; of one in YAML, which takes several times as long to read. */
const MOST_BYTES = 8_388_608;
const MOST_OF_YAML = 2_097_152;
/** Lists and objects in each other. */
const MOST_LEVELS = 100;
/** Values of a document, each counted wherever an alias repeats it. */
const MOST_VALUES = 500_000;
/** Aliases of YAML, each counted with those within what it means. */
const MOST_ALIASES = 1000;

/** Whether it is more than is read. Does not recurse. */
function sizeFault(root: unknown): string | undefined {
  const open = [{ value: root, level: 1 }];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    count += 1;
    if (count + open.length > MOST_VALUES) return `has more than ${MOST_VALUES} values`;
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level > MOST_LEVELS) return `nests deeper than ${MOST_LEVELS} levels`;
    for (const inner of Object.values(value)) open.push({ value: inner, level: level + 1 });
  }
  return undefined;
}

function parse(text: string): Reading {
  if (text.trimStart().startsWith('{')) {
    if (nestsDeeper(text, MOST_LEVELS)) return { fault: `nests deeper than ${MOST_LEVELS} levels` };
    try {
      return { value: JSON.parse(text) as unknown };
    } catch {
      // YAML may begin so, too; and reading it tells the line where it goes wrong.
    }
  }
  if (Buffer.byteLength(text) > MOST_OF_YAML)
    return { fault: `is no valid JSON, and larger than the ${MOST_OF_YAML} bytes that YAML may have` };
  return readYaml(text, MOST_ALIASES);
}

/** What a text in JSON or YAML says, or why it says nothing. */
export function readText(text: string): Reading {
  if (Buffer.byteLength(text) > MOST_BYTES) return { fault: `is larger than ${MOST_BYTES} bytes` };
  const reading = parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  const fault = 'fault' in reading ? undefined : sizeFault(reading.value);
  return fault === undefined ? reading : { fault };
}
