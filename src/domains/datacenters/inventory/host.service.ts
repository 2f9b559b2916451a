import { countRows, rowsAt } from '../../../database/rowsAt.js';
import { allRows, rowsBy } from '../../../database/rowsBy.js';
import type { Reader, RequestContext } from '../../../kernel/context.js';
import { SortDirection } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { AggregateHost, Host } from './host.entity.js';
import { HostList } from './inventory.inputs.js';

const { paths } = HostList;
const ASC = SortDirection.ASC;
const BY_NAME = ['name', 'id'].map((property) => ({ property, direction: ASC }));

/** What a list of hosts may be filtered by. */
export interface HostFilter {
  name?: { contains: string };
  aggregateName?: { eq: string };
  availabilityZone?: { eq: string };
  isUp?: { eq: boolean } | { in: boolean[] };
}

export interface HostSearch {
  filter: HostFilter;
  by: 'virtualMachineCount' | 'reportedAt';
  direction: SortDirection;
  offset: number;
  limit: number;
}

/** Hosts as documents show them. */
export class HostService {
  async search(
    reader: Reader,
    dataCenterId: string,
    { filter, by, direction, offset, limit }: HostSearch,
  ): Promise<[Host[], number]> {
    const wanted = { paths, scope: { ...filter, dataCenterId: { eq: dataCenterId } } };
    const hosts = await rowsAt(reader, Host, {
      ...wanted,
      order: { property: by, direction },
      offset,
      limit,
    });
    return [hosts, await countRows(reader, Host, wanted)];
  }

  /** By name. */
  async all(reader: Reader, dataCenterId: string, filter: Pick<HostFilter, 'isUp'> = {}): Promise<Host[]> {
    const scope = { ...filter, dataCenterId: { eq: dataCenterId } };
    return allRows(reader, Host, { scope, order: BY_NAME });
  }

  /** Sorted, by the key of the host. */
  async aggregateNames(reader: Reader, hostIds: readonly string[]): Promise<Map<string, string[]>> {
    const selection = selectionOfFields(['aggregateName', 'hostId']);
    const links = await rowsBy(reader, AggregateHost, 'hostId', hostIds, { selection });
    const byHost = Map.groupBy(links, ({ hostId }) => hostId);
    return new Map(
      [...byHost].map(([hostId, own]) => [hostId, own.map(({ aggregateName }) => aggregateName).toSorted()]),
    );
  }

  /** Those of several hosts are one statement. */
  async aggregateNamesOf(ctx: RequestContext, hostId: string): Promise<string[]> {
    const loader = ctx.loaders.of<string, string[]>('aggregate names', async (ids) => {
      const names = await this.aggregateNames(ctx.reader, ids);
      return ids.map((id) => names.get(id) ?? []);
    });
    return loader.load(hostId);
  }
}
