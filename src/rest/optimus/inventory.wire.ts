import { z } from 'zod';
import {
  type Host,
  type QuotaFigure,
  type VirtualMachine,
  addressesText,
  powerStateText,
  statusText,
  tenantText,
  volumesText,
} from '../../domains/datacenters/index.js';
import type { ObjectText, ValueText } from '../../kernel/answerText.js';
import { SortDirection } from '../../kernel/pages.js';
import { storableText } from '../../kernel/validation.js';
import { Id, oneOf } from './common.wire.js';

/** In a path, where what is badly formed is unknown. */
const inPath = (description: string, pattern: string, example: string) =>
  z.string().meta({ description, pattern, example });

export const Cid = inPath('The data center', '^[0-9a-fA-F]{32}$', '0123456789abcdef0123456789abcdef');
export const ItemId = (description: string) =>
  inPath(description, '^[^/]+$', '9c1f3f0e-6a51-4f0e-8a43-2f8f4cf0a7b1');

export const DataCenterId = Id.meta({ description: 'The data center' });

/** What the cloud knows an item by, of our key for it. */
export const cloudIdOf = (key: string): string => key.slice(key.indexOf(':') + 1);

/** As documents show a status: `Verify_resize`. */
export const statusOf = ({ cloudStatus }: Pick<VirtualMachine, 'cloudStatus'>): string =>
  cloudStatus.charAt(0).toUpperCase() + cloudStatus.slice(1).toLowerCase();

/** As the command line of OpenStack names it, which has no word for what is unknown. */
const POWER_STATES: Record<VirtualMachine['powerState'], string> = {
  NOSTATE: 'NOSTATE',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  SHUTDOWN: 'Shutdown',
  CRASHED: 'Crashed',
  SUSPENDED: 'Suspended',
  UNKNOWN: 'NOSTATE',
};

export const stateOf = ({ isUp }: Pick<Host, 'isUp'>): 'up' | 'down' => (isUp ? 'up' : 'down');
export const enablingOf = ({ isEnabled }: Pick<Host, 'isEnabled'>): 'enabled' | 'disabled' =>
  isEnabled ? 'enabled' : 'disabled';

export const Order = oneOf(['asc', 'desc'])
  .default('desc')
  .meta({ description: 'Sort order', example: 'desc' });
export const directionOf = (order: 'asc' | 'desc'): SortDirection =>
  order === 'asc' ? SortDirection.ASC : SortDirection.DESC;

/** Empty counts as absent. */
const emptyIsNone = (value: unknown) => (value === '' ? undefined : value);

export const queryBy = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.preprocess(emptyIsNone, oneOf(words).optional()).meta({
    type: 'string',
    enum: ['', ...words],
    description: 'What `filter` is compared with; without `filter` it does nothing',
    example: words[0],
  });

export const FilterText = z.preprocess(emptyIsNone, storableText().optional()).meta({
  type: 'string',
  description: 'The value that is looked for; needs `query`',
  example: 'vepc',
});

/** `filter` without `query` is a wrong parameter. */
export const filterNeedsQuery = ({ query, filter }: { query?: unknown; filter?: unknown }): boolean =>
  filter === undefined || query !== undefined;
export const NEEDS_QUERY = { path: ['filter'], message: 'needs query, which says what it is compared with' };

export const Figure = z.object({ in_use: z.int(), limit: z.int().meta({ description: '-1 is unlimited' }) });
export const figureToWire = ({ inUse, limit }: QuotaFigure) => ({ in_use: inUse, limit });

export const VolumeWire = z.object({
  id: z.string(),
  volume_type: z.string().nullable(),
  volume_status: z.string().nullable().meta({ description: 'As Cinder writes it' }),
  volume_size: z
    .int()
    .nullable()
    .meta({
      description: 'GB',
      override: ({ jsonSchema }) => {
        delete jsonSchema.anyOf;
        jsonSchema.type = ['integer', 'null'];
      },
    }),
  volume_bootable: z.string().nullable().meta({ description: '`true` or `false`', example: 'true' }),
});

export const VirtualMachineWire = z.object({
  created_time: z.int().meta({ description: 'Seconds since 1970' }),
  dc_id: z.string(),
  flavor_disk: z.int().meta({ description: 'GB of the root disk' }),
  flavor_memory: z.int().meta({ description: 'MB' }),
  flavor_vcpu: z.int(),
  host: z.string().nullable().meta({ description: 'null while it is on none' }),
  networks: z
    .array(z.object({ id: z.string(), ip: z.string(), name: z.string() }))
    .meta({ description: 'One for each address, floating ones after the fixed one' }),
  nova_name: z.string(),
  nova_power_state: z.string().meta({ example: 'Running' }),
  nova_status: z.string().meta({ example: 'Active' }),
  nova_uuid: z.string(),
  tenant: z.string().meta({ description: 'Name of the tenant; its id where it is gone' }),
  volume: z.array(VolumeWire),
});

const value = (key: string, name: string, form: string): ValueText => ({ key, name, form, isNullable: true });

/** What the database writes of each, as the schemas above say. */
export const VIRTUAL_MACHINE_TEXT: ObjectText = [
  value('created_time', 'createdAt', 'Seconds'),
  value('dc_id', 'dataCenterId', 'String'),
  value('flavor_disk', 'diskGb', 'Int'),
  value('flavor_memory', 'memoryMb', 'Int'),
  value('flavor_vcpu', 'vcpus', 'Int'),
  value('host', 'hostName', 'String'),
  addressesText('networks', { id: 'networkId', ip: 'ip', name: 'networkName' }),
  value('nova_name', 'name', 'String'),
  powerStateText('nova_power_state', POWER_STATES),
  statusText('nova_status'),
  value('nova_uuid', 'cloudId', 'String'),
  tenantText('tenant'),
  // Without Cinder only its id is known.
  volumesText('volume', [
    value('id', 'cloudId', 'String'),
    value('volume_type', 'volumeType', 'String'),
    value('volume_status', 'cloudStatus', 'String'),
    value('volume_size', 'sizeGb', 'Int'),
    value('volume_bootable', 'isBootable', 'TrueOrFalse'),
  ]),
];
