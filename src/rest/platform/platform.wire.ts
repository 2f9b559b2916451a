import { z } from 'zod';
import { MAX_PORT } from '../../kernel/ports.js';
import { PLATFORM_FIELDS, type Platform } from '../../domains/platforms/index.js';
import { isUuid, storableText } from '../../kernel/validation.js';

/** 000, chapter 3: the port is text, empty for the protocol's own. */
const Port = z
  .string()
  .refine(
    (text) => text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PORT),
    'must be "1" to "65535" or ""',
  )
  .meta({
    description: "Port, 1 to 65535; empty for the protocol's own",
    pattern: String.raw`^\d{0,5}$`,
    example: '30000',
  });

/** Clients that serialise absent fields as null mean the same. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => value ?? undefined, schema.optional());

/** An empty filter is none. */
const filter = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

const { name, protocol, host, description } = PLATFORM_FIELDS;

const ID = {
  description: 'Platform id',
  format: 'uuid',
  example: '04eddffb-1eff-4150-8ffa-8d6ee0a028a8',
};
const TIME = {
  pattern: String.raw`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`,
  example: '2023-11-08 17:58:19',
};

export const RegisterBody = z.object({
  name,
  protocol,
  host,
  port: optional(Port),
  description: optional(description),
});

export const UpdateBody = z.object({
  name: optional(name),
  protocol: optional(protocol),
  host: optional(host),
  port: optional(Port),
  description: optional(description),
});

export const SearchFields = z.object({
  id: filter(z.string().refine(isUuid, 'must be a UUID')).meta(ID),
  name: filter(storableText()).meta({
    description: 'Part of the name',
    example: 'name1',
  }),
  protocol: filter(protocol),
  host: filter(storableText()).meta({
    description: 'Part of the address',
    example: '10.125',
  }),
});

export const IdParams = z.object({ id: z.string().meta(ID) });

const PlatformWire = z
  .object({
    id: z.string().meta(ID),
    name: z.string().meta({ description: 'Name', example: 'name1' }),
    protocol,
    host: z.string().meta({ description: 'Address, as registered', example: '10.125.29.111' }),
    port: Port,
    description: z.string().meta({ description: 'What it is for', example: '' }),
    createdAt: z.string().meta({ ...TIME, description: 'When it was registered' }),
    updatedAt: z.string().meta({ ...TIME, description: 'When it was last changed' }),
  })
  .meta({ id: 'Platform', description: 'A registered platform' });

/** The envelope in the order of the examples of chapters 3.1 to 3.4. */
const answer = <T extends z.ZodType>(data: T) =>
  z.object({ message: z.literal(''), code: z.literal(''), data, status: z.literal(true) });

export const ListReply = answer(z.array(PlatformWire));
export const PlatformReply = answer(PlatformWire);
export const ChangedReply = answer(z.boolean());
/** 000, chapter 3.5: the status is an empty string. */
export const DeletedReply = z.object({
  status: z.literal(''),
  code: z.literal(''),
  data: z.boolean(),
  message: z.literal(''),
});

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `YYYY-MM-DD HH:mm:ss` in the time zone of the server. */
function toLocalTime(time: Date): string {
  const date = [time.getFullYear(), twoDigits(time.getMonth() + 1), twoDigits(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')}`;
}

export function toWire(platform: Platform): z.input<typeof PlatformWire> {
  return {
    id: platform.id,
    name: platform.name,
    protocol: platform.protocol,
    host: platform.host,
    port: platform.port === null ? '' : String(platform.port),
    description: platform.description,
    createdAt: toLocalTime(platform.createdAt),
    updatedAt: toLocalTime(platform.updatedAt),
  };
}

/** A body's port in the registry's terms; left out stays left out. */
export function fromWire<T extends { port?: string | undefined }>({
  port,
  ...rest
}: T): Omit<T, 'port'> & { port?: number | null } {
  if (port === undefined) return rest;
  return { ...rest, port: port === '' ? null : Number(port) };
}
