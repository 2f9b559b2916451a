// npm run bench:yaml: YAML of a workbook with 10,000 hosts, and of what is none.
import { utils, write } from '@e965/xlsx';
import { zipSync } from 'fflate';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logIn, startIsthmus } from './isthmus.ts';
import { leaveProxyCore, memory, processorTime } from './processes.ts';
import { run } from './run.ts';
import { print, table } from './table.ts';

const HOSTS = 10_000;
/** Seconds, and MiB that a request may add. */
const MOST = { seconds: 5, memory: 300 };
const MOST_OF_BAD = { seconds: 10, memory: 150 };

const EXAMPLES = fileURLToPath(new URL('../examples/yaml', import.meta.url));
const TEMPLATES = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, content: readFileSync(join(EXAMPLES, name)) }));

interface File {
  name: string;
  content: Uint8Array;
}

/** Every profile has its interfaces, and every host its row. */
function workbook(): Buffer {
  const numbers = Array.from({ length: HOSTS }, (_none, index) => index);
  const sheets = {
    hosts: [
      [
        'name',
        'role',
        'rack',
        'profile',
        'ip',
        'bmc_ip',
        'mac',
        'remark',
        'serial',
        'model',
        'cpus',
        'memory',
      ],
      ...numbers.map((at) => [
        `compute-${at}`,
        'Compute',
        at % 400,
        `profile-${at % 50}`,
        `10.${at >> 8}.${at & 255}.1`,
        `11.${at >> 8}.${at & 255}.1`,
        `52:54:00:00:${at >> 8}:${at & 255}`,
        at % 7 === 0 ? `spare: ${at}` : null,
        `S${at}`,
        'R640',
        64,
        512,
      ]),
    ],
    networks: [
      ['name', 'vlan', 'cidr', 'gateway', 'mtu'],
      ...numbers.slice(0, 1000).map((at) => [`net-${at}`, at, `10.${at & 255}.0.0/24`, null, 1500]),
    ],
    host_profile: [
      ['profile', 'cpu_model', 'reserved_cpus', 'hugepages_1g', 'iommu'],
      ...numbers.slice(0, 50).map((at) => [`profile-${at}`, 'Xeon', '0, 18', at, true]),
    ],
    interface_assignment: [
      ['profile', 'interface', 'pci', 'networks'],
      ...numbers.map((at) => [`profile-${at % 50}`, `eth${at}`, '0000:18:00.0', `net-${at % 1000} om`]),
    ],
  };
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  return write(book, { type: 'buffer', compression: true, bookSST: true }) as Buffer;
}

const ROW = '<row><c t="inlineStr"><is><t>compute</t></is></c><c><v>1</v></c></row>';

function bads(good: Buffer): [string, File, File[]][] {
  const xml = (text: string) => Buffer.from(text);
  const small = [{ name: 'hosts.yaml', content: xml('a: 1\n') }];
  const book = (content: Uint8Array): File => ({ name: 'w.xlsx', content });
  const rows = zipSync({
    '[Content_Types].xml': xml('<Types/>'),
    'xl/workbook.xml': xml(
      '<workbook><sheets><sheet name="hosts" sheetId="1" r:id="r1"/></sheets></workbook>',
    ),
    'xl/_rels/workbook.xml.rels': xml(
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    ),
    'xl/worksheets/sheet1.xml': xml(`<worksheet><sheetData>${ROW.repeat(1_000_000)}</sheetData></worksheet>`),
  });
  const template = (text: string) => [{ name: 'hosts.yaml', content: xml(text) }];
  return [
    ['1,000,000 rows', book(rows), small],
    ['a bomb', book(zipSync({ 'xl/workbook.xml': new Uint8Array(200_000_000) })), small],
    ['half a workbook', book(good.subarray(0, good.length / 2)), small],
    [
      'loops within loops',
      book(good),
      template('{% for a in hosts %}{% for b in hosts %}{{ b.name }}{% endfor %}{% endfor %}'),
    ],
    [
      'lists without end',
      book(good),
      template(
        '{% set ns = namespace(l=[]) %}{% for a in range(100000) %}{% set ns.l = ns.l + [range(100000)] %}{% endfor %}',
      ),
    ],
    ['a syntax error', book(good), template('{% for a in hosts %}')],
  ];
}

interface Result {
  status: number;
  message: string;
  seconds: number;
  processor: number;
  memory: number;
}

/** One request, and what the server took for it. */
async function measure(
  child: ChildProcess,
  url: string,
  token: string,
  excel: File,
  yaml: File[],
): Promise<Result> {
  const form = new FormData();
  form.append('excel', new Blob([new Uint8Array(excel.content)]), excel.name);
  for (const { name, content } of yaml) form.append('yaml', new Blob([new Uint8Array(content)]), name);
  const before = { memory: memory(child, 'VmRSS'), processor: processorTime(child), at: performance.now() };
  // From here on VmHWM counts anew.
  writeFileSync(`/proc/${child.pid}/clear_refs`, '5');
  const response = await fetch(`${url}/api/v1/config/yaml_gen?site=GZ&cee_ver=28&pjt_name=bench`, {
    method: 'POST',
    headers: { authorization: token },
    body: form,
  });
  const { message = '' } = (await response.json()) as { message?: string };
  return {
    status: response.status,
    message,
    seconds: (performance.now() - before.at) / 1000,
    processor: (processorTime(child) - before.processor) / 1000,
    memory: memory(child, 'VmHWM') - before.memory,
  };
}

await run(async (folder) => {
  leaveProxyCore();
  const { child, url } = await startIsthmus(folder);
  const { token } = await logIn(url);
  const content = workbook();
  const rows: string[][] = [];
  let isEnough = true;
  const note = (what: string, result: Result, wanted: number, most: typeof MOST) => {
    const { status, seconds, processor, memory: added, message } = result;
    isEnough &&= status === wanted && seconds <= most.seconds && added <= most.memory;
    const figures = [seconds, processor, added].map((figure) => figure.toFixed(1));
    rows.push([what, String(status), ...figures, `${most.seconds}; ${most.memory}`]);
    if (message) print(`${what}: ${message.slice(0, 200)}`);
  };
  for (const turn of ['first', 'second', 'third'])
    note(
      `${HOSTS} hosts, four templates, the ${turn} time`,
      await measure(child, url, token, { name: 'site.xlsx', content }, TEMPLATES),
      201,
      MOST,
    );
  for (const [what, excel, yaml] of bads(content))
    note(what, await measure(child, url, token, excel, yaml), 400, MOST_OF_BAD);
  print(table(['what', 'status', 'seconds', 'of a processor', 'MiB added', 'allowed'], rows));
  return isEnough;
});
