import { type GraphQLObjectType, buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Topic } from '../../src/database/notifications.js';
import { insertCluster } from '../edge/support/world.js';
import { FakeClouds } from '../support/clouds.js';
import { FakeHarbor } from '../support/harbor/server.js';
import { send } from '../support/rest.js';
import { upload } from '../yamlgen/support/uploads.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { CLUSTER, DEPLOYMENT, type Scene, type Tenants, createTenants, inTurn } from './support/callers.js';
import { GRAPH_MATRIX, type GraphRow, PUBLIC_FIELDS } from './support/matrix.graphql.js';
import { breachesIn, isForwarded, requestOf, systems } from './support/matrix.requests.js';
import { REST_MATRIX, type RestRow } from './support/matrix.rest.js';
import { firstAnswer, openSocket } from './support/socket.js';
import { SECRET_KEY } from './support/world.js';

let server: TestServer;
let harbor: FakeHarbor;
let tenants: Tenants;
let admin: string;
beforeAll(async () => {
  // Platform management is asked for from outside the trusted networks.
  harbor = await FakeHarbor.start();
  const clouds = new FakeClouds();
  // That of the data center without an LCM.
  const cloud = Object.assign(clouds.add(''), { user: '', password: '' });
  cloud.addHost('somewhere');
  server = await startServer(
    {
      SECRET_KEY,
      TRUSTED_NETWORKS: '10.9.9.0/24',
      LOGIN_FAILURES: '1000',
      HARBOR_URL: harbor.url,
    },
    { cloudConnector: clouds },
  );
  tenants = await createTenants(server);
  admin = await server.adminToken();
});
afterAll(async () => {
  await server.stop();
  await harbor.close();
});

/** The outcomes of all callers; what is refused changes nothing, nor does what only reads. */
const outcomes = async (ask: (scene: Scene) => Promise<string>, isRead: boolean): Promise<string> =>
  (await inTurn(server, tenants, ask, (outcome) => outcome === '+' && !isRead)).join(' ');

/** The operations of a matrix, which may name one for several kinds of objects. */
const namedBy = (matrix: object) => new Set(Object.keys(matrix).map((key) => key.split(': ')[0]));

const REFUSALS = [401, 403, 404];

/** What is looked for makes work itself. */
const SELDOM = { interval: 100 };

const DELETE_CLUSTER =
  'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id } } }';

describe('REST', () => {
  test('the matrix names every operation and no other', () => {
    const rows = Object.entries(systems).flatMap(([name, { rows }]) =>
      rows.map(({ route }) => `${name} ${route}`),
    );
    expect(namedBy(REST_MATRIX)).toEqual(new Set(rows));
  });

  async function ask(operation: string, row: RestRow, scene: Scene): Promise<string> {
    const request = requestOf(operation, row, scene);
    const { method, headers, body } = request;
    const answer = await send(server.url + request.path, { method, headers, body });
    if (!isForwarded(operation)) expect(await breachesIn(request, answer)).toEqual([]);
    const { status } = answer;
    if (status >= 500) return `failed with ${status}`;
    return REFUSALS.includes(status) ? String(status) : '+';
  }

  test.each(Object.entries(REST_MATRIX))('%s, answered as its document says', async (operation, row) => {
    const isRead = / GET /.test(operation) && !isForwarded(operation);
    expect(await outcomes((scene) => ask(operation, row, scene), isRead)).toBe(row.expected);
  });
});

describe('GraphQL', () => {
  const sdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  const schema = buildSchema(sdl, { assumeValidSDL: true });
  const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {});
  const entities = schema.getType('_Entity');

  test('the matrix names every root field and no other', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap(fieldsOf).filter((name) => name !== '_entities');
    const found =
      entities && 'getTypes' in entities ? entities.getTypes().map(({ name }) => `_entities ${name}`) : [];
    expect(found).not.toEqual([]);
    expect(namedBy(GRAPH_MATRIX)).toEqual(new Set([...fields, ...found]));
  });

  test('only the fields that are meant to be public are open to a caller without a token', () => {
    const open = Object.entries(GRAPH_MATRIX).filter(([, { expected }]) => !expected.startsWith('401'));
    expect(open.map(([name]) => name).toSorted()).toEqual([...PUBLIC_FIELDS, '_service'].toSorted());
  });

  const STATUS: Record<string, string> = {
    UNAUTHENTICATED: '401',
    FORBIDDEN: '403',
    NOT_FOUND: '404',
    INTERNAL: 'failed',
  };

  function outcomeOf(data: Record<string, unknown> | null | undefined, code: unknown): string {
    if (code !== undefined) return STATUS[code as string] ?? '+';
    const values = Object.values(data ?? {}).flat();
    return values.includes(null) ? 'null' : '+';
  }

  async function overHttp(
    { document, variables, files }: GraphRow,
    { token, ...scene }: Scene,
  ): Promise<string> {
    const values = variables?.({ token, ...scene }) ?? {};
    const { data, errors } = files
      ? await upload(server.url, { document, variables: values, files, token })
      : await query(server.url, document, { token, variables: values });
    return outcomeOf(data, errors[0]?.extensions.code);
  }

  /** One of each business. */
  async function tellOfDeployments(): Promise<void> {
    const { database } = server;
    const ofOther = { id: DEPLOYMENT.id + 1, business_id: tenants.foreign.id };
    await database.query(
      `insert into deployments select (jsonb_populate_record(d, $1)).* from deployments d where id = $2
       on conflict do nothing`,
      [JSON.stringify(ofOther), DEPLOYMENT.id],
    );
    const changed = [
      { id: DEPLOYMENT.id, businessId: tenants.own.id },
      { id: ofOther.id, businessId: ofOther.business_id },
    ];
    await database.fork().transactional(async (em) => {
      for (const change of changed)
        await database.notifications.publish(em, new Topic('deployment.changed'), change);
    });
  }

  /** And of a record, both of a data center of the caller's. */
  async function tellOfRuns({ caller }: Scene): Promise<void> {
    const { database } = server;
    const { rows } = await database.query(
      `with made as (
         insert into data_centers (id, created_at, updated_at, business_id, owner_id, name, mode, country, province, city,
           system_name, cee_version, lcm_ip, lcm_user, openstackrc_dir, lcmrc_dir)
         select md5(name), now(), now(), business_id, id, name, false, '', '', '', '', '', '', '', '', '' from users
         where id = $1 on conflict do nothing),
       ran as (
         insert into task_runs (id, data_center_id, data_center_name, kind, status, started_at, ended_at)
         select md5(name), md5(name), name, 'STATIC', 'SUCCESS', now(), now() from users
         where id = $1 on conflict do nothing),
       recorded as (
         insert into records (id, created_at, updated_at, data_center_id, name, data_center_name, system_name, cee_version,
           lcm_ip, openrc_path, status, process_id)
         select md5(name), now(), now(), md5(name), name, name, '', '', '', '', 'FAILED', md5(name) from users
         where id = $1 on conflict do nothing)
       select md5(name) as id, business_id as business from users where id = $1`,
      [caller.id],
    );
    for (const { id, business } of rows) {
      const change = { id, dataCenterId: id, businessId: business, ownerId: caller.id };
      await database.fork().transactional(async (em) => {
        for (const topic of ['datacenter.run.finished', 'datacenter.record.updated'])
          await database.notifications.publish(em, new Topic(topic), change);
      });
    }
  }

  /** Of one of the caller's. */
  async function tellOfYaml({ caller }: Scene): Promise<void> {
    const { database } = server;
    const { rows } = await database.query(
      `with made as (
         insert into yaml_jobs (id, created_at, updated_at, business_id, owner_id, site, cee_version, project_name, status,
           file_names, size)
         select md5(name), now(), now(), business_id, id, 'GZ', 'drop28', name, 'SUCCESS', '[]', 1 from users
         where id = $1 on conflict do nothing)
       select md5(name) as id, business_id as business from users where id = $1`,
      [caller.id],
    );
    for (const { id, business } of rows) {
      const change = { id, businessId: business, ownerId: caller.id };
      await database
        .fork()
        .transactional(async (em) =>
          database.notifications.publish(em, new Topic('yamlgen.job.updated'), change),
        );
    }
  }

  /** While no answer comes, something happens that the subscription tells of. */
  async function overSocket({ document, mayEnd }: GraphRow, scene: Scene): Promise<string> {
    const socket = await openSocket(server.url, scene.token);
    let isAnswered = false;
    const answer = firstAnswer(socket, document, mayEnd).finally(() => (isAnswered = true));
    // A refusal mostly comes by then.
    await firstAnswer(socket, '{ platforms { totalCount } }');
    await expect
      .poll(async () => {
        if (isAnswered) return true;
        await send(`${server.url}/sys/transmit/v1/routes`, {
          method: 'POST',
          body: { name: 'new', protocol: 'http', host: '127.0.0.1', port: '1' },
          headers: { 'x-access-token': admin },
        });
        for (const method of ['POST', 'DELETE']) {
          await send(`${server.url}/v1/cluster/label`, {
            method,
            body: { clusterLabel: 'told', clusterName: [CLUSTER.name] },
            headers: { authorization: admin },
          });
        }
        const input = { id: await insertCluster(server) };
        await query(server.url, DELETE_CLUSTER, { token: admin, variables: { input } });
        await tellOfDeployments();
        await tellOfRuns(scene);
        await tellOfYaml(scene);
        return isAnswered;
      }, SELDOM)
      .toBe(true);
    const { data, errors } = await answer;
    await socket.client.dispose();
    return outcomeOf(data, errors?.[0]?.extensions?.['code']);
  }

  const rows = Object.entries(GRAPH_MATRIX);
  const isSubscription = ([, { document }]: [string, GraphRow]) => document.startsWith('subscription');

  test.each(rows.filter((row) => !isSubscription(row)))('%s', async (_field, row) => {
    const isRead = !row.document.startsWith('mutation');
    expect(await outcomes((scene) => overHttp(row, scene), isRead)).toBe(row.expected);
  });

  test.each(rows.filter(isSubscription))('%s', async (_field, row) => {
    expect(await outcomes((scene) => overSocket(row, scene), false)).toBe(row.expected);
  });
});
