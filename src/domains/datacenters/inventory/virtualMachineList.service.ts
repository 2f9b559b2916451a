import { type RawBuilder, sql } from 'kysely';
import { conditionOf } from '../../../database/condition.js';
import { Given, answerTo } from '../../../database/kept.js';
import { atOneMoment } from '../../../database/moment.js';
import { textOfAll } from '../../../database/objectText.js';
import { directionsOf, orderOf } from '../../../database/order.js';
import { Columns } from '../../../database/reading.js';
import { knownLimit } from '../../../database/rowsAt.js';
import { rowsBy } from '../../../database/rowsBy.js';
import type { ObjectText } from '../../../kernel/answerText.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import type { SortDirection } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { Tenant } from './tenant.entity.js';
import { type CountedFacet, VirtualMachine } from './virtualMachine.entity.js';

export interface VirtualMachineSearch {
  /** Equal to it; a tenant by its name or by what the cloud knows it by, a status without case. */
  filter?: { by: 'name' | 'status' | 'host' | 'tenant' | 'stack'; value: string } | undefined;
  by: 'memoryMb' | 'diskGb' | 'vcpus' | 'createdAt';
  direction: SortDirection;
  offset: number;
  limit: number;
}

export interface VirtualMachineList {
  /** Of those of the page the JSON, with commas between them. */
  items: string;
  /** Under the filter, whatever the page. */
  total: number;
}

/** Which virtual machines, and by which facet they are counted if they are counted already. */
interface Match {
  values: readonly string[];
  scope: object;
  facet?: CountedFacet;
}

const KEYS = { selection: selectionOfFields(['id']) };

const CENTER = new Given(0);
const OFFSET = new Given(1);
const LIMIT = new Given(2);
/** Of the values that are looked for. */
const places = (values: readonly string[]): Given[] => values.map((_value, index) => new Given(3 + index));

/** Numbered pages of virtual machines as documents show them. */
export class VirtualMachineListService {
  async search(
    ctx: RequestContext,
    dataCenterId: string,
    search: VirtualMachineSearch,
    fields: ObjectText,
  ): Promise<VirtualMachineList> {
    const { filter } = search;
    if (filter?.by !== 'tenant')
      return this.#page(ctx.reader, dataCenterId, { ...search, ...matchOf(dataCenterId, filter) }, fields);
    return atOneMoment(ctx.em, async (reader) => {
      const match = await this.#ofTenant(reader, dataCenterId, filter.value);
      return this.#page(reader, dataCenterId, { ...search, ...match }, fields);
    });
  }

  async #ofTenant(reader: Reader, dataCenterId: string, value: string): Promise<Match> {
    const scope = { or: [{ name: { eq: value } }, { cloudId: { eq: value } }] };
    const tenants = await rowsBy(reader, Tenant, 'dataCenterId', [dataCenterId], { ...KEYS, scope });
    // One that is gone is known by its key alone.
    const values = tenants.length === 0 ? [`${dataCenterId}:${value}`] : tenants.map(({ id }) => id);
    const [only, ...others] = places(values);
    const tenantId = others.length === 0 ? { eq: only } : { in: [only, ...others] };
    return { values, scope: { tenantId }, facet: 'tenant' };
  }

  /**
   * SQL, since it is one statement, so that the count is that of the same moment. The rows of the page stand under the
   * name of their table, so that what is passed over is not written, and the others are not looked for by their keys; a
   * column more changes nothing of what the statement answers.
   */
  async #page(
    reader: Reader,
    dataCenterId: string,
    { values, scope, facet, filter, by, direction, offset, limit }: VirtualMachineSearch & Match,
    fields: ObjectText,
  ): Promise<VirtualMachineList> {
    const known = knownLimit(limit);
    const question = {
      of: fields,
      by: [VirtualMachine.name, filter?.by, values.length, by, direction, known],
      given: [dataCenterId, offset, limit, ...values],
    };
    const answer = await answerTo(reader, question, (writer) => {
      const columns = new Columns(writer.source(VirtualMachine));
      const { source } = columns;
      const condition = conditionOf(scope, columns.find);
      const order = sql`order by ${directionsOf(orderOf(null, { property: by, direction }), columns.find)}`;
      const rows = writer.rows(source, fields, { condition: sql`true`, end: order });
      const from = sql`from ${source.from(columns.used)} where ${condition}`;
      const total = facet ? countedBy(facet, values) : sql`select count(*) ${from}`;
      return sql`with "count" as materialized (select (${total}) as "total"), "virtual_machines" as materialized (
          select * from (select * ${from} and ${OFFSET}::bigint < (select "total" from "count")
            ${order} limit ${sql.lit(known)} offset ${OFFSET}::bigint) as "found" limit ${LIMIT}::bigint)
        select "total", ${textOfAll(rows)} as "items" from "count"`;
    });
    return { items: String(answer?.['items']), total: Number(answer?.['total']) };
  }
}

function matchOf(dataCenterId: string, filter: VirtualMachineSearch['filter']): Match {
  const center = { dataCenterId: { eq: CENTER } };
  if (!filter) return { values: [''], scope: center, facet: 'all' };
  const { by, value } = filter;
  const [given] = places(['']);
  if (by === 'name') return { values: [value], scope: { ...center, name: { eq: given } } };
  if (by === 'status')
    return {
      values: [value.toLowerCase()],
      scope: { ...center, statusKey: { eq: given } },
      facet: 'status',
    };
  const key = by === 'host' ? 'hostKey' : 'stackId';
  return { values: [`${dataCenterId}:${value}`], scope: { [key]: { eq: given } } };
}

/** SQL, since it is a part of the statement that reads a page. */
const countedBy = (facet: CountedFacet, values: readonly string[]): RawBuilder<unknown> =>
  sql`select coalesce(sum("total"), 0) from "virtual_machine_counts"
    where "data_center_id" = ${CENTER} and "facet" = ${sql.lit(facet)} and "value" in (${sql.join(places(values))})`;
