import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { Copy } from '../../src/database/copy.js';

/** A pool whose server answers everything so. */
function poolThat(answer: () => unknown) {
  const asked: string[] = [];
  const query = async (text: string) => {
    asked.push(text);
    return answer();
  };
  const connect = async () => ({ query, release: () => undefined });
  return { asked, pool: { connect } as never };
}

const failing = (code: string) => () => {
  throw Object.assign(new Error('no'), { severity: 'ERROR', code });
};

function reading(code: string) {
  const copy = poolThat(failing(code));
  const primary = poolThat(() => ({ rows: [{ n: 1 }] }));
  const em = { isInTransaction: () => false, getMetadata: () => undefined };
  const { reader } = new Copy(copy.pool, { em: em as never, primary: primary.pool });
  return { primary, rows: reader.getKysely().executeQuery(CompiledQuery.raw('select 1 as n')) };
}

test('what fails at a copy is asked of the primary', async () => {
  const { primary, rows } = reading('40001');
  expect((await rows).rows).toEqual([{ n: 1 }]);
  expect(primary.asked).toEqual(['select 1 as n']);
});

test('what takes a copy too long is not', async () => {
  const { primary, rows } = reading('57014');
  await expect(rows).rejects.toMatchObject({ code: '57014' });
  expect(primary.asked).toEqual([]);
});
