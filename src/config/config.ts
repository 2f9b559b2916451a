import { DomainError } from '../kernel/errors.js';
import { isCidr } from '../kernel/networks.js';
import { readDatabaseUrl, readDatabaseUrls } from './databaseUrl.js';
import { type Config, SETTINGS, type Setting, type SettingName, type SettingType } from './settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off', '']);
const NONE = 'none';
const MILLISECONDS = 1000;
/** In seconds: timers go off at once above 2^31 ms, also with something added. */
const LONGEST_TIMER = 2_000_000;

function readNumber(text: string, type: 'integer' | 'seconds', min = -Infinity, max = Infinity): number {
  const value = Number(text);
  const valid = text !== '' && Number.isFinite(value) && value >= min && value <= max;
  if (!valid || (type === 'integer' && !Number.isInteger(value))) {
    const kind = type === 'integer' ? 'a whole number' : 'a number of seconds';
    throw new Error(
      `must be ${kind}${min > -Infinity ? ` from ${min}` : ''}${max < Infinity ? ` to ${max}` : ''}`,
    );
  }
  return type === 'seconds' ? value * MILLISECONDS : value;
}

function readBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (TRUE.has(lower)) return true;
  if (FALSE.has(lower)) return false;
  throw new Error('must be true or false');
}

function readList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `none` stands for an empty list where an empty variable stands for networks. */
function readCidrs(text: string, { default: networks }: Setting): string[] {
  if (text === NONE && networks !== '') return [];
  const list = readList(text);
  const wrong = list.find((item) => !isCidr(item));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no network such as 10.0.0.0/8`);
  return list;
}

/** The origin as browsers send it (RFC 6454, 6.2): lower case, IDN in ASCII, without the port that is the default. */
function readOrigin(text: string): string {
  const url = URL.parse(text);
  const isOrigin =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    !url.hostname.includes('*') &&
    url.href === `${url.origin}/` &&
    /^https?:\/\/[^/?#\\]+\/?$/i.test(text);
  if (!isOrigin) throw new Error(`${JSON.stringify(text)} is no origin such as https://ui.example.org`);
  return url.origin;
}

function readText(text: string, { pattern, description }: Setting): string {
  if (text !== '' && pattern && !pattern.test(text)) throw new Error(`has the wrong form: ${description}`);
  return text;
}

const READERS: Record<SettingType, (text: string, row: Setting) => Config[SettingName]> = {
  string: readText,
  integer: (text, { min, max }) => readNumber(text, 'integer', min, max),
  seconds: (text, { min, max = LONGEST_TIMER }) => readNumber(text, 'seconds', min, max),
  boolean: readBoolean,
  list: (text, row) => readList(text).map((item) => readText(item, row)),
  origins: (text) => readList(text).map(readOrigin),
  cidrs: readCidrs,
  database: readDatabaseUrl,
  databases: readDatabaseUrls,
};

/**
 * The settings, read from the environment and checked. An empty variable counts as unset.
 * Throws BAD_INPUT that names every wrong variable.
 */
export function readConfig(environment: Environment = process.env): Config {
  const wrong: { path: string; message: string }[] = [];
  const entries = Object.entries(SETTINGS).map(([name, row]) => {
    try {
      return [name, READERS[row.type](environment[name] || row.default, row)];
    } catch (error) {
      wrong.push({ path: name, message: (error as Error).message });
      return [name, undefined];
    }
  });
  const config = Object.fromEntries(entries) as Config;
  if (Boolean(config.TLS_CERT) !== Boolean(config.TLS_KEY)) {
    wrong.push({ path: 'TLS_CERT', message: 'and TLS_KEY go together' });
  }
  // A folder may be gone with its container, and every replica would make a key of its own.
  if (config.DATABASE_URL && !config.SECRET_KEY) {
    wrong.push({
      path: 'SECRET_KEY',
      message:
        'must be given with DATABASE_URL, the same for every replica: what an earlier start left in DATA_DIR/secret.key, else make one with: openssl rand -base64 32',
    });
  }
  if (config.DATABASE_READ_URLS?.length > 0 && !config.DATABASE_URL) {
    wrong.push({ path: 'DATABASE_READ_URLS', message: 'needs DATABASE_URL, of which they are copies' });
  }
  if (config.WORKERS > 1 && !config.DATABASE_URL) {
    wrong.push({
      path: 'WORKERS',
      message: 'needs DATABASE_URL: the embedded database belongs to one process',
    });
  }
  if (wrong.length > 0) {
    const text = wrong.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new DomainError('BAD_INPUT', text, { fields: wrong });
  }
  return Object.freeze(config);
}

/** The text of `--help`: every setting with its type, default and description. */
export function describeSettings(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { type, default: value, description }]) =>
      `  ${name.padEnd(26)} ${type.padEnd(8)} ${value === '' ? '-' : value}\n      ${description}`,
  );
  return `Settings (environment variables: name, type, default)\n\n${rows.join('\n')}\n`;
}
