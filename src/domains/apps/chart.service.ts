import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestContext } from '../../kernel/context.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import { parse } from '../../kernel/validation.js';
import { type App, DeployType } from './app.entity.js';
import { type AppService, businessOf } from './app.service.js';
import { ChartFault, isGzip, readChartYaml } from './chartArchive.js';
import { NewChart } from './chart.inputs.js';
import type { ChartFileService } from './chartFile.service.js';
import { type ChartMetadata, readMetadata } from './chartMetadata.js';

const compress = promisify(gzip);

/** Of an application whose chart says what runs. */
const UNSAID = {
  deployType: DeployType.DEPLOYMENT,
  image: '',
  repositoryId: null,
  command: '',
  ports: [],
  volumes: [],
  env: [],
  dependence: [],
  replicas: 0,
  minReplicas: 0,
  maxReplicas: 0,
  minCPU: 0,
  maxCPU: 0,
  minMemory: 0,
  maxMemory: 0,
  gpu: 0,
  isHPA: false,
  targetCPUUtilization: 0,
  targetMemUtilization: 0,
  maxUnavailable: 0,
  maxSurge: 0,
  minReadySeconds: 0,
};

/** Helm charts, each of an application that it makes. */
export class ChartService {
  constructor(
    private readonly apps: AppService,
    private readonly files: ChartFileService,
    /** Bytes of a packed chart. */
    readonly limit: number,
  ) {}

  /** Makes an application of a chart. BAD_INPUT says why it is none; TOO_LARGE, and as `AppService.create`. */
  async create(
    ctx: RequestContext,
    input: NewChart,
    file: { content: Buffer; path: string },
    root: readonly string[] = [],
  ): Promise<App> {
    const { appName, version } = parse(NewChart, input, root);
    const businessId = businessOf(ctx);
    const { content, path } = file;
    if (content.length > this.limit)
      throw new DomainError('TOO_LARGE', `the chart is larger than ${this.limit} bytes (CHART_LIMIT)`);
    const metadata = await this.#read(content, [...root, path].join('.'));
    const packed = isGzip(content) ? content : await compress(content);
    const chart = { ...metadata, size: packed.length };
    const values = { ...UNSAID, businessId, name: appName, version, chart };
    return this.apps.insert(ctx, values, async (em) => this.files.keep(em, packed));
  }

  async #read(content: Buffer, path: string): Promise<ChartMetadata> {
    try {
      return readMetadata(await readChartYaml(content));
    } catch (error) {
      if (!(error instanceof ChartFault)) throw error;
      throw badInput([{ path, message: `is no chart: it ${error.message}` }]);
    }
  }
}
