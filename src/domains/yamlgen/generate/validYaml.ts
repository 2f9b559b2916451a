import { YAMLException, loadAll } from 'js-yaml';
import { type Place, quoted } from './fault.js';

/** Refuses a text that is no YAML, and tells where. */
export function requireYaml(text: string, place: Place): void {
  try {
    loadAll(text, () => undefined);
  } catch (error) {
    if (error instanceof RangeError) throw place.fault('the YAML that comes of it nests too deeply');
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    const line = (mark?.line ?? 0) + 1;
    const content = text.split('\n', line).at(-1) ?? '';
    throw place
      .at(`line ${line} of the result`)
      .fault(`${reason}: ${quoted(content.trim())}; texts may need quotes, as | tojson gives them`);
  }
}
