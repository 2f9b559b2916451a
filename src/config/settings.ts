import { MAX_PORT } from '../kernel/ports.js';
import { BASE_PATH } from '../kernel/targets.js';

/** How the text of an environment variable is read. `seconds` may have a fraction; a `list` is separated by commas. */
export type SettingType =
  | 'string'
  | 'integer'
  | 'seconds'
  | 'boolean'
  | 'list'
  | 'origins'
  | 'cidrs'
  | 'database'
  | 'databases';

export interface Setting<T extends SettingType = SettingType> {
  type: T;
  default: string;
  description: string;
  /** Never shown. */
  secret?: true;
  /** For numbers: the smallest value that makes sense. */
  min?: number;
  max?: number;
  /** For texts, and each item of a list. */
  pattern?: RegExp;
}

const row = <T extends SettingType>(
  type: T,
  value: string,
  description: string,
  more: Partial<Setting<T>> = {},
): Setting<T> => ({
  type,
  default: value,
  description,
  ...more,
});

/** In seconds, of what is stored as an instant: ten years. */
const LONGEST_LIFE = 315_360_000;

/** In seconds, between two runs of a task: a year. */
const LONGEST_INTERVAL = 31_536_000;

/** Every setting of the product: the environment variable, how it is read, its default, what it does. */
export const SETTINGS = {
  HOST: row('string', '127.0.0.1', 'Address to listen on'),
  PORT: row('integer', '11000', 'Port to listen on', { min: 0, max: MAX_PORT }),
  WORKERS: row(
    'integer',
    '1',
    'Processes that serve on the one port, which takes PostgreSQL; limits of connections and memory are of each',
    { min: 1, max: 64 },
  ),
  TLS_CERT: row('string', '', 'File with the certificate chain (PEM); with TLS_KEY, the server speaks HTTPS'),
  TLS_KEY: row('string', '', 'File with the private key (PEM)'),
  BASE_PATH: row(
    'string',
    '',
    'Path below which a reverse proxy serves all of this, such as /isthmus; a trusted proxy may tell it in X-Forwarded-Prefix instead. It may not begin with /api, /docs, /graphql, /healthz, /metrics, /openapi, /playground, /readyz, /sys or /v1, which are taken',
    { pattern: BASE_PATH },
  ),
  PUBLIC_HOSTS: row(
    'list',
    'localhost',
    'Host names under which browsers and clients reach this server without a token',
  ),
  CORS_ORIGINS: row(
    'origins',
    '',
    'Origins whose browser pages may call GraphQL and REST, such as https://ui.example.org',
  ),

  DATABASE_URL: row(
    'database',
    '',
    'postgres:// address, also of several servers (host1:5432,host2:5432), of which the one that takes writes is used; empty for the embedded database',
    { secret: true },
  ),
  DATABASE_READ_URLS: row(
    'databases',
    '',
    'postgres:// addresses of standbys of DATABASE_URL, from which lists are read while they are less than 10 s behind; what a caller has written is never missed',
    { secret: true },
  ),
  DATABASE_POOL: row('integer', '10', 'Most connections of a process to PostgreSQL', { min: 2 }),
  DATA_DIR: row('string', './data', 'Folder of the embedded database and of the generated secret key'),
  SECRET_KEY: row(
    'string',
    '',
    'Key for secrets at rest and for tokens: 32 bytes in base64; must be given with DATABASE_URL, and is else made in DATA_DIR',
    {
      secret: true,
    },
  ),
  SECRET_KEYS_PREVIOUS: row('list', '', 'Earlier values of SECRET_KEY, still accepted for reading', {
    secret: true,
  }),

  ADMIN_USER: row('string', 'admin', 'Name of the system administrator that the first start creates'),
  ADMIN_PASSWORD: row(
    'string',
    '',
    'Its password, 8 to 64 characters with an upper-case letter, a lower-case letter and a digit; empty for a random one, printed once',
    { secret: true },
  ),
  SIGN_AUTO_APPROVE: row('boolean', 'false', 'Whether users who register at Optimus can work at once'),
  ACCESS_TOKEN_LIFETIME: row('seconds', '3600', 'Life of an access token', { min: 1, max: LONGEST_LIFE }),
  REFRESH_TOKEN_LIFETIME: row('seconds', '604800', 'Life of a refresh token and of a session without use', {
    min: 1,
    max: LONGEST_LIFE,
  }),
  LOGIN_FAILURES: row(
    'integer',
    '10',
    'Failed log-ins from one address (IPv6: from one /64) within LOGIN_WINDOW, after which more are refused',
    { min: 1 },
  ),
  LOGIN_NAME_FAILURES: row(
    'integer',
    '100',
    'The same for one user name from anywhere; addresses from which the user has logged in within 30 days are not refused',
    { min: 1 },
  ),
  LOGIN_WINDOW: row('seconds', '900', 'See LOGIN_FAILURES', { min: 1, max: LONGEST_LIFE }),
  SIGN_UPS: row(
    'integer',
    '20',
    'Registrations without a token from one address (IPv6: from one /64) within SIGN_UP_WINDOW, after which more are refused',
    { min: 0 },
  ),
  SIGN_UP_WINDOW: row('seconds', '3600', 'See SIGN_UPS', { min: 1, max: LONGEST_LIFE }),
  AUDIT_RETENTION_DAYS: row('integer', '365', 'Days for which the trail of changes is kept; 0 for ever', {
    min: 0,
    max: 36_500,
  }),

  TRUSTED_NETWORKS: row(
    'cidrs',
    '127.0.0.0/8,::1/128',
    'Networks whose callers use platform management without a token; none for no such callers',
  ),
  TRUSTED_PROXIES: row(
    'cidrs',
    '',
    'Reverse proxies whose X-Forwarded-For and X-Forwarded-Prefix are believed',
  ),
  METRICS_NETWORKS: row('cidrs', '127.0.0.0/8,::1/128', 'Networks that may read /metrics; none for nobody'),
  PLATFORM_NETWORKS: row(
    'cidrs',
    '',
    'Networks in which platforms may live; empty for any. Link-local addresses and those of cloud metadata are always denied',
  ),

  TRANSMIT_CONNECT_TIMEOUT: row('seconds', '5', 'Longest wait for a connection to a platform', { min: 0.01 }),
  TRANSMIT_HEADERS_TIMEOUT: row('seconds', '60', "Longest wait for a platform's response headers", {
    min: 0.01,
  }),
  TRANSMIT_IDLE_TIMEOUT: row(
    'seconds',
    '300',
    'Longest silence within a forwarded body or WebSocket; longest time for the body of an answer to a call of our own',
    { min: 0.01 },
  ),
  TRANSMIT_OUTAGE: row(
    'seconds',
    '300',
    'Time for which platforms that are known are forwarded to while the database is away',
    { min: 0 },
  ),
  TRANSMIT_CONNECTIONS: row('integer', '128', 'Most connections to one platform', { min: 1 }),
  TRANSMIT_QUEUE: row(
    'integer',
    '1024',
    'Most requests to one platform under way or waiting for a connection',
    { min: 1 },
  ),
  TRANSMIT_SANDBOX: row(
    'boolean',
    'true',
    "Whether forwarded answers without a Content-Security-Policy get `sandbox`, so that a platform's page cannot act as one of this server",
  ),
  TRANSMIT_BREAKER_FAILURES: row(
    'integer',
    '5',
    'Consecutive connection failures after which a platform is answered for at once',
    {
      min: 1,
    },
  ),
  TRANSMIT_BREAKER_COOLDOWN: row('seconds', '5', 'Time after which the platform is tried again', {
    min: 0.01,
  }),

  CLUSTER_SILENCE: row('seconds', '60', 'Time without an answer after which a cluster counts as dead', {
    min: 0.1,
  }),
  CLUSTER_LEASE: row(
    'seconds',
    '15',
    'Time after which another replica watches the clusters of one that is gone, and reads its data centers; renewed three times as often',
    { min: 0.1 },
  ),
  CLUSTER_PATIENCE: row(
    'seconds',
    '2',
    'Longest wait for a cluster where GraphQL is asked for what goes on there now (`events`, `requested`)',
    { min: 0.1 },
  ),

  ADMIN_AUTO_DEPLOY: row(
    'boolean',
    'false',
    'Whether changes of deployments by business administrators need no audit',
  ),
  ROLLOUT_CHECK: row(
    'seconds',
    '120',
    'Longest time between looks at what runs of a deployment in a cluster, and whether somebody has changed it; what has just failed is looked at sooner',
    { min: 0.1 },
  ),
  ROLLOUT_DEADLINE: row(
    'seconds',
    '900',
    'Time after which pods of a deployment that are not ready have failed',
    { min: 0.1 },
  ),

  CLOUD_STATIC_INTERVAL: row(
    'seconds',
    '86400',
    'Time from one reading of what rarely changes in a data center to the next, until set otherwise for one',
    { min: 60, max: LONGEST_INTERVAL },
  ),
  CLOUD_DYNAMIC_INTERVAL: row('seconds', '3600', 'The same for what often changes', {
    min: 60,
    max: LONGEST_INTERVAL,
  }),
  RECORDS_KEPT: row(
    'integer',
    '100',
    'Records of data centers that are kept of one tenant, the latest; their workbooks may have 512 MiB together',
    { min: 1, max: 10_000 },
  ),
  OPTIMUS_REVEAL_SECRETS: row(
    'boolean',
    'false',
    'Whether Optimus shows passwords of data centers to those who may see these, for clients that need them',
  ),

  HARBOR_URL: row(
    'string',
    '',
    'The image repository (Harbor 2.3 or newer) at the address from which clusters pull, such as https://harbor.example.org; empty for none',
    { pattern: /^https?:\/\/[^/?#@\s]+\/?$/ },
  ),
  HARBOR_CA: row('string', '', "File with certificates (PEM) that vouch for the image repository's"),
  HARBOR_ADMIN_USER: row(
    'string',
    '',
    'An administrator of the image repository, who makes users there; without one only users who exist there can be taken over',
  ),
  HARBOR_ADMIN_PASSWORD: row('string', '', 'Its password', { secret: true }),
  WRITABLE_HOST_PATHS: row(
    'list',
    '',
    'Folders of nodes that applications may write to, with all below; none unless named. Nothing in them may be a link to elsewhere that applications make',
    { pattern: /^\/[^/]/ },
  ),
  CHART_LIMIT: row(
    'integer',
    '1048576',
    'Largest packed Helm chart in bytes; it reaches clusters in one object of Kubernetes, which holds 1.5 MiB in all',
    { min: 1024, max: 16_777_216 },
  ),
  HELM_BIN: row(
    'string',
    '',
    'Path of the helm program (3.13 or newer), which installs charts in clusters without a Helm controller',
    { pattern: /^(\/.*)?$/ },
  ),

  SSH_LEGACY_ALGORITHMS: row(
    'boolean',
    'false',
    'Whether machines that data centers are reached through may do with old algorithms: SHA-1, CBC, ssh-rsa and short groups',
  ),

  HEADERS_LIMIT: row('integer', '16384', 'Largest head of a request in bytes', { min: 1024 }),
  SENDERS_PER_ADDRESS: row(
    'integer',
    '100',
    'Most requests of one address (IPv6: of one /64) whose head or body is still coming, trusted proxies apart',
    { min: 1 },
  ),
  UNREAD_TIMEOUT: row(
    'seconds',
    '30',
    'Longest time in which a client takes nothing of an answer that waits for it',
    {
      min: 0.1,
    },
  ),
  UNREAD_LIMIT: row('integer', '67108864', 'Most bytes of answers that wait for clients that do not read', {
    min: 1_048_576,
  }),
  BODY_LIMIT: row('integer', '1048576', 'Largest request body in bytes, uploads and forwarding apart', {
    min: 1024,
  }),
  GRAPHQL_INTROSPECTION: row('boolean', 'true', 'Whether the schema can be asked for over GraphQL'),
  TRUSTED_DOCUMENTS: row(
    'string',
    '',
    "File with the documents of your frontends, as GraphQL Code Generator's persistedDocuments writes them (hashAlgorithm: sha256); empty for none",
  ),
  TRUSTED_DOCUMENTS_BIND: row(
    'string',
    'anonymous',
    'Who may run these documents alone: anonymous, or all callers',
    { pattern: /^(anonymous|all)$/ },
  ),
  GRAPHQL_MAX_DEPTH: row('integer', '16', 'Deepest selection, introspection apart', { min: 1 }),
  GRAPHQL_MAX_ALIASES: row('integer', '30', 'Most aliases in a document', { min: 0 }),
  GRAPHQL_MAX_ROOT_FIELDS: row('integer', '20', 'Most fields at the root of an operation', { min: 1 }),
  GRAPHQL_MAX_TOKENS: row('integer', '2000', 'Most tokens in a document', { min: 1 }),
  GRAPHQL_MAX_DOCUMENT: row('integer', '102400', 'Largest document in bytes', { min: 1 }),
  GRAPHQL_MAX_COST: row(
    'integer',
    '5000',
    'Highest cost of an operation; a connection multiplies by its page size',
    { min: 1 },
  ),
  GRAPHQL_SOCKETS: row('integer', '10000', 'Most WebSockets and event streams at once', { min: 1 }),
  GRAPHQL_SOCKETS_PER_ADDRESS: row('integer', '1000', 'The same of one address, or IPv6 network of /64', {
    min: 1,
  }),
  GRAPHQL_SOCKET_LOGIN: row(
    'seconds',
    '30',
    'Time after which a WebSocket without an access token is closed',
    {
      min: 0.1,
    },
  ),

  OTEL_EXPORTER_OTLP_ENDPOINT: row(
    'string',
    '',
    'Collector of traces that speaks OTLP over HTTP, such as http://127.0.0.1:4318; empty for no traces',
    { pattern: /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/ },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: row('list', '', 'Header fields for it, such as authorization=Bearer%20token', {
    secret: true,
    pattern: /^[\w-]+=(?:[ !-$&-~]|%[\da-f]{2})*$/i,
  }),
  OTEL_SERVICE_NAME: row('string', 'isthmus', 'What traces call this server'),
  OTEL_TRACES_SAMPLER_ARG: row(
    'string',
    '0.1',
    'Share of the traces that are recorded, from 0 to 1; callers of TRUSTED_NETWORKS decide by their traceparent',
    { pattern: /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/ },
  ),

  LOG_LEVEL: row('string', 'info', 'fatal, error, warn, info, debug, trace or silent', {
    pattern: /^(fatal|error|warn|info|debug|trace|silent)$/,
  }),
  SHUTDOWN_TIMEOUT: row('seconds', '30', 'Time after SIGTERM in which all requests end', { min: 0 }),
  SHUTDOWN_DELAY: row(
    'seconds',
    '5',
    'Time after SIGTERM, of SHUTDOWN_TIMEOUT, in which requests are served on while /readyz says 503, so that balancers turn away',
    { min: 0 },
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

interface Value {
  string: string;
  integer: number;
  /** In milliseconds. */
  seconds: number;
  boolean: boolean;
  list: readonly string[];
  /** As browsers send them. */
  origins: readonly string[];
  cidrs: readonly string[];
  database: string;
  databases: readonly string[];
}

/** The settings as the program reads them; `seconds` rows are held in milliseconds. */
export type Config = { readonly [K in SettingName]: Value[(typeof SETTINGS)[K]['type']] };
