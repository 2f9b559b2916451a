import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../graphql/socket.js';
import { newBusiness, newMember } from '../../support/people.js';
import { useServer } from '../../support/useServer.js';
import { insertDataCenter, takeIn } from '../inventory/support/world.js';
import { ask, startClouds } from '../support/world.js';
import { insertRecord } from './support/stored.js';
import { SMALL_CLOUD, createRecord, endOf } from './support/world.js';
import { readWorkbook } from './support/workbook.js';

const server = useServer(async () => startClouds({}, { background: true }));

const CREATE = `mutation ($input: CreateRecordInput!) { createRecord(input: $input) {
  record { id name status progress traceback size endedAt dataCenter { id records { totalCount nodes { name } } } } } }`;
const DELETE = 'mutation ($input: DeleteRecordInput!) { deleteRecord(input: $input) { record { id name } } }';

interface Made {
  createRecord: { record: { id: string } & Record<string, unknown> };
}

test('a record is asked for, looked at, downloaded and deleted', async () => {
  const cid = await insertDataCenter(server);
  await takeIn(server, cid, SMALL_CLOUD);
  const made = await ask<Made>(server, CREATE, { input: { name: 'first', cid } });
  expect(made.errors).toEqual([]);
  const id = made.data?.createRecord.record.id ?? '';
  expect(made.data?.createRecord.record).toEqual({
    ...{ id, name: 'first', status: 'RUNNING', progress: 0, traceback: null, size: null, endedAt: null },
    dataCenter: { id: cid, records: { totalCount: 1, nodes: [{ name: 'first' }] } },
  });
  await endOf(server, cid, id);
  const { data, errors } = await ask<{
    record: Record<string, unknown>;
    recordWorkbook: { base64: string; next: null };
  }>(
    server,
    `query ($id: ID!) { record(id: $id) { id dataCenterId status progress processId inventoryReadAt size endedAt }
      recordWorkbook(id: $id) { base64 next } }`,
    { id: id.toUpperCase() },
  );
  expect(errors).toEqual([]);
  const content = Buffer.from(data?.recordWorkbook.base64 ?? '', 'base64');
  expect(data?.record).toEqual({
    ...{ id, dataCenterId: cid, status: 'SUCCESSFUL', progress: 100, size: content.length },
    processId: expect.stringMatching(/^[0-9a-f]{32}$/),
    inventoryReadAt: expect.any(String),
    endedAt: expect.any(String),
  });
  expect(data?.recordWorkbook.next).toBeNull();
  expect([...readWorkbook(content).keys()]).toContain('Servers');
  expect((await ask(server, DELETE, { input: { id } })).data).toEqual({
    deleteRecord: { record: { id, name: 'first' } },
  });
  expect((await ask(server, 'query ($id: ID!) { record(id: $id) { id } }', { id })).data).toEqual({
    record: null,
  });
});

test('lists come the latest first, of a data center and of all', async () => {
  const { id: businessId, admin } = await newBusiness(server);
  const cid = await insertDataCenter(server, { businessId });
  const other = await insertDataCenter(server, { businessId });
  await insertRecord(server, cid, { name: 'old', age: 3 });
  await insertRecord(server, other, { name: 'middle', age: 2, status: 'FAILED' });
  await insertRecord(server, cid, { name: 'new', age: 1 });
  await insertRecord(server, await insertDataCenter(server), { name: 'foreign' });
  const { data, errors } = await ask(
    server,
    `{ records { totalCount nodes { name } } failed: records(filter: { status: { eq: FAILED } }) { nodes { name } }
      dataCenters(orderBy: [{ field: ID }]) { nodes { id records(first: 1) { totalCount nodes { name dataCenter { id } } } } } }`,
    {},
    admin.token,
  );
  expect(errors).toEqual([]);
  const nodes = [
    { id: cid, records: { totalCount: 2, nodes: [{ name: 'new', dataCenter: { id: cid } }] } },
    { id: other, records: { totalCount: 1, nodes: [{ name: 'middle', dataCenter: { id: other } }] } },
  ];
  expect(data).toEqual({
    records: { totalCount: 3, nodes: [{ name: 'new' }, { name: 'middle' }, { name: 'old' }] },
    failed: { nodes: [{ name: 'middle' }] },
    dataCenters: { nodes: nodes.toSorted((one, two) => (one.id < two.id ? -1 : 1)) },
  });
});

test('what cannot be is refused, and what is foreign is not there', async () => {
  const { admin } = await newBusiness(server);
  const cid = await insertDataCenter(server);
  const id = await insertRecord(server, cid, { status: 'FAILED' });
  const codeOf = async (document: string, variables: object, as?: string) =>
    (await ask(server, document, variables, as)).errors[0]?.extensions.code;
  expect(await codeOf(CREATE, { input: { name: '', cid } })).toBe('BAD_USER_INPUT');
  expect(await codeOf(CREATE, { input: { name: 'r', cid: 'x' } })).toBe('NOT_FOUND');
  expect(await codeOf(CREATE, { input: { name: 'r', cid } }, admin.token)).toBe('NOT_FOUND');
  expect(await codeOf(DELETE, { input: { id } }, admin.token)).toBe('NOT_FOUND');
  const workbook = 'query ($id: ID!) { recordWorkbook(id: $id) { base64 } }';
  expect(await codeOf(workbook, { id })).toBe('CONFLICT');
  expect((await ask(server, workbook, { id }, admin.token)).data).toEqual({ recordWorkbook: null });
  const entities = 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }';
  const of = [{ __typename: 'Record', id }];
  expect((await ask(server, entities, { of }, admin.token)).data).toEqual({ _entities: [null] });
  expect((await ask(server, entities, { of })).data).toEqual({ _entities: [{ __typename: 'Record' }] });
});

test('recordUpdated tells how far a record is, to whom it concerns', async () => {
  const [own, foreign] = [await newBusiness(server), await newBusiness(server)];
  const member = await newMember(server, own);
  const cid = await insertDataCenter(server, { businessId: own.id });
  await takeIn(server, cid, SMALL_CLOUD);
  interface Update {
    id: string;
    status: string;
    progress: number;
  }
  const listen = (token: string, which = '') => {
    const heard: Update[] = [];
    const socket = connect(server.url, { token });
    onTestFinished(() => socket.close());
    const { next } = socket.results<{ recordUpdated: Update }>({
      query: `subscription { recordUpdated${which} { id status progress } }`,
    });
    void (async () => {
      for (;;) {
        const { data } = await next();
        if (data) heard.push(data.recordUpdated);
      }
    })().catch(() => undefined);
    return heard;
  };
  const [heard, strange] = [listen(member.token), listen(foreign.admin.token)];
  const other = listen(own.admin.token, `(id: "${'0'.repeat(32)}")`);
  // Until the subscriptions are known to run, records may go unheard.
  await expect
    .poll(
      async () => {
        const id = await createRecord(server, cid, { as: member.token });
        await endOf(server, cid, id);
        return heard
          .filter((update) => update.id === id)
          .map(({ status, progress }) => `${status} ${progress}`);
      },
      { timeout: 20_000 },
    )
    .toEqual(expect.arrayContaining(['RUNNING 0', 'SUCCESSFUL 100']));
  expect([strange, other]).toEqual([[], []]);
});
