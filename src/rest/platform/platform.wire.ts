import { z } from 'zod';
import { PLATFORM_FIELDS, type Platform } from '../../domains/platforms/index.js';
import { isUuid, storableText } from '../../kernel/validation.js';

const MAX_PORT = 65_535;

/** 000, chapter 3: the port is text, empty for the protocol's own. */
const Port = z
  .string()
  .refine(
    (text) => text === '' || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PORT),
    'must be "1" to "65535" or ""',
  )
  .meta({ description: "Port, 1 to 65535; empty for the protocol's own", example: '30000' });

/** Clients that serialise absent fields as null mean the same. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** An empty filter is none. */
const filter = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

const { name, protocol, host, description } = PLATFORM_FIELDS;

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
  id: filter(z.string().refine(isUuid, 'must be a UUID')).meta({ description: 'Platform id' }),
  name: filter(storableText()).meta({
    description: 'Part of the name',
  }),
  protocol: filter(protocol),
  host: filter(storableText()).meta({
    description: 'Part of the address',
  }),
});

export const IdParams = z.object({ id: z.string().meta({ description: 'Platform id' }) });

const PlatformWire = z
  .object({
    id: z.string(),
    name: z.string(),
    protocol: z.string(),
    host: z.string(),
    port: z.string(),
    description: z.string(),
    createdAt: z.string().meta({ example: '2023-11-08 17:58:19' }),
    updatedAt: z.string().meta({ example: '2023-11-08 17:58:19' }),
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
