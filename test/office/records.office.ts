import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { machine } from '../datacenters/inventory/support/items.js';
import { insertDataCenter, takeIn } from '../datacenters/inventory/support/world.js';
import { SMALL_CLOUD, createRecord, download, endOf } from '../datacenters/records/support/world.js';
import { startClouds } from '../datacenters/support/world.js';
import { useServer } from '../support/useServer.js';

const run = promisify(execFile);

const server = useServer(async () => startClouds({}, { background: true }));

/** Converts with LibreOffice, which has a home of its own, so that another that runs does no harm. */
async function convert(folder: string, file: string, to: string): Promise<string> {
  const home = `-env:UserInstallation=file://${join(folder, 'home')}`;
  const args = [home, '--headless', '--convert-to', to, '--outdir', folder, join(folder, file)];
  const { stdout, stderr } = await run('soffice', args, { timeout: 150_000 });
  return `${stdout}${stderr}`;
}

test('a workbook of a record opens in LibreOffice, and becomes a PDF and a table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-office-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cid = await insertDataCenter(server);
  const servers = [...(SMALL_CLOUD.servers ?? []), machine('s3', { name: '=1+1 <_x0041_> & 🦉\u0001' })];
  await takeIn(server, cid, { ...SMALL_CLOUD, servers });
  const id = await createRecord(server, cid);
  expect(await endOf(server, cid, id)).toMatchObject({ status: 'successful' });
  writeFileSync(join(folder, 'record.xlsx'), await download(server, id));
  const said = await convert(folder, 'record.xlsx', 'pdf:calc_pdf_Export');
  expect(said).toContain('using filter : calc_pdf_Export');
  expect(said).not.toMatch(/error|corrupt|repair/i);
  expect(readFileSync(join(folder, 'record.pdf')).subarray(0, 5).toString()).toBe('%PDF-');

  // Every sheet, in UTF-8: record-Summary.csv and so on.
  await convert(
    folder,
    'record.xlsx',
    'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1',
  );
  const table = (name: string) =>
    readFileSync(join(folder, `record-${name}.csv`), 'utf8')
      .trimEnd()
      .split('\n');
  expect(table('Servers').map((line) => line.split(',')[0])).toEqual([
    'Name',
    '=1+1 <_x0041_> & 🦉\u0001',
    'db',
    'web',
  ]);
  expect(table('Servers').at(-1)).toContain('2026-11-29 03:00:00');
  expect(table('Hosts')).toHaveLength(3);
  expect(table('Summary')[0]).toBe('Record,test,,,,,,,,');
});
