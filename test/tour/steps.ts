/** A command as the README has it after `$ `, and the output that it shows below. */
export interface Step {
  command: string;
  /** Empty where nothing is shown. */
  output: string;
}

const BLOCK = /^```console\n([\s\S]*?)^```$/gm;
const PROMPT = '$ ';

/** The text below a heading of the second level, up to the next. */
function sectionOf(markdown: string, heading: string): string {
  const [, section] = markdown.split(new RegExp(`^## ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`the README has no section ${heading}`);
  return section.split(/^## /m, 1)[0] ?? '';
}

function stepsOf(block: string): Step[] {
  const steps: Step[] = [];
  let isContinued = false;
  for (const line of block.split('\n')) {
    const step = steps.at(-1);
    if (line.startsWith(PROMPT)) steps.push({ command: line.slice(PROMPT.length), output: '' });
    else if (!step)
      throw new Error(`a console block begins with ${JSON.stringify(line)} instead of a command`);
    else if (isContinued) step.command += `\n${line}`;
    else step.output += `${line}\n`;
    isContinued = line.endsWith('\\');
  }
  return steps.map(({ command, output }) => ({ command, output: output.trimEnd() }));
}

/** What a reader is told to type in a section, in order. */
export function readSteps(markdown: string, heading: string): Step[] {
  return [...sectionOf(markdown, heading).matchAll(BLOCK)].flatMap(([, block = '']) =>
    stepsOf(block.trimEnd()),
  );
}
