import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { areCertificates } from '../../kernel/certificates.js';
import { BooleanFilter, DateTimeFilter, IdFilter, StringFilter } from '../../kernel/filters.js';
import { isHostWithPort } from '../../kernel/hosts.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { text } from '../../kernel/validation.js';
import { ConnectionStatus } from './connection.js';
import { DataCenter } from './dataCenter.entity.js';

const MAX_NAME = 64;
const MAX_TEXT = 128;
/** Of a private key; RSA's of 4096 bits have 3,300. */
const MAX_PASSWORD = 8192;
const MAX_PATH = 4096;
const MAX_CA = 65_536;

const words = (description: string, example: string) => text(0, MAX_TEXT).meta({ description, example });
const path = (description: string, example: string) =>
  text(0, MAX_PATH)
    .refine((value) => !/[\r\n]/.test(value), 'must be one line')
    .meta({ description, example });

/** As every door accepts them (003, chapter 3, data_center). */
export const DATA_CENTER_FIELDS = {
  name: text(1, MAX_NAME).meta({
    description: 'Name, 1 to 64 characters, unique in the business; it cannot be changed',
    example: 'dc1',
  }),
  mode: z.boolean().meta({
    description: 'Whether it is online: its cloud is read; it cannot be changed',
    example: true,
  }),
  country: words('Country', 'China'),
  province: words('Province', 'Guangdong'),
  city: words('City', 'Guangzhou'),
  systemName: words('Name of the system that runs there', 'system_name'),
  ceeVersion: words('Version of CEE', 'drop28'),
  lcmIp: text(0, MAX_TEXT * 2)
    .refine(
      (value) => value === '' || isHostWithPort(value),
      'must be an address or a host name, followed by :port where that is not 22',
    )
    .meta({ description: 'Address of the LCM, port 22 unless `host:port`', example: '10.0.0.10' }),
  lcmUser: words('Account on the LCM', 'lcm_user'),
  lcmPwd: text(0, MAX_PASSWORD).meta({
    description:
      'Its password, or a private key without a passphrase, encrypted at rest; ****** keeps the stored one',
    example: '******',
  }),
  openstackrcDir: path("Path of the cloud's openrc file on the LCM", '/root/openrc'),
  lcmrcDir: path("Path of the LCM's own rc file on it", '/root/lcmrc'),
};

const tlsCa = text(1, MAX_CA)
  .refine(areCertificates, 'must be one or more certificates in PEM form')
  .nullable()
  .meta({
    description: "Certificates (PEM) that vouch for the cloud's; null is the system's own list",
  });

const { name, mode, ...Rest } = DATA_CENTER_FIELDS;
const Draft = z.object({ ...Rest, tlsCa }).partial();

/** A new data center; an online one needs to be one that can be logged in to. */
export const NewDataCenter = z.object({ name, mode: mode.default(false), ...Draft.shape });
export type NewDataCenter = z.input<typeof NewDataCenter>;

/** Changes of a data center; what is left out stays. */
export const DataCenterChanges = z.object({
  name: name.optional(),
  mode: mode.optional(),
  ...Draft.shape,
  forgetHostKey: z.boolean().optional().meta({
    description: 'Whether the host key of the LCM is forgotten, so that the next one that it shows is taken',
  }),
});
export type DataCenterChanges = z.input<typeof DataCenterChanges>;

const { lcmIp, lcmUser, lcmPwd } = DATA_CENTER_FIELDS;

/** An account to log in with. */
export const LogIn = z.object({
  lcmIp: lcmIp.refine((value) => value !== '', 'is required'),
  lcmUser: lcmUser.refine((value) => value !== '', 'is required'),
  lcmPwd: lcmPwd.meta({
    description: 'Its password, or a private key without a passphrase',
    example: 'lcm_password',
  }),
});
export type LogIn = z.input<typeof LogIn>;

export const RegisterDataCenterInput = inputOf(
  'RegisterDataCenterInput',
  'A data center to register',
  NewDataCenter,
);
export type RegisterDataCenterInput = InstanceType<typeof RegisterDataCenterInput>;

export const UpdateDataCenterInput = inputOf(
  'UpdateDataCenterInput',
  'Changes of a data center; what is left out stays',
  z.object({ id: key('The data center to change'), ...DataCenterChanges.shape }),
);
export type UpdateDataCenterInput = InstanceType<typeof UpdateDataCenterInput>;

export const DeleteDataCenterInput = inputOf(
  'DeleteDataCenterInput',
  'The data center to delete',
  z.object({ id: key('The data center to delete') }),
);
export type DeleteDataCenterInput = InstanceType<typeof DeleteDataCenterInput>;

export const TestConnectionInput = inputOf(
  'TestConnectionInput',
  'A stored data center by its id, or an account to log in with',
  z.object({ id: key('The data center').optional(), ...LogIn.partial().shape }),
);
export type TestConnectionInput = InstanceType<typeof TestConnectionInput>;

@ObjectType({ simpleResolvers: true, description: 'The data center as it is now, or as it was' })
export class DataCenterPayload {
  @Field(() => DataCenter, { description: 'The data center' })
  dataCenter!: DataCenter;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The new data center, and whether it can be logged in to',
})
export class RegisterDataCenterPayload extends DataCenterPayload {
  @Field(() => ConnectionStatus, {
    nullable: true,
    description: 'Whether it can be logged in to; null for one that is offline',
  })
  connection!: ConnectionStatus | null;
}

@ObjectType({ simpleResolvers: true, description: 'What came of a test' })
export class TestConnectionPayload {
  @Field(() => ConnectionStatus, { description: 'Whether it can be logged in to' })
  connection!: ConnectionStatus;
}

export const DataCenterList = listOf(DataCenter, {
  items: 'data centers',
  unordered: 'by createdAt',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter, order: true },
    mode: { by: 'whether it is online', filter: BooleanFilter },
    country: { by: 'country', filter: StringFilter, order: true },
    province: { by: 'province', filter: StringFilter, order: true },
    city: { by: 'city', filter: StringFilter, order: true },
    systemName: { by: 'name of the system', filter: StringFilter, order: true },
    ceeVersion: { by: 'version of CEE', filter: StringFilter, order: true },
    lcmIp: { by: 'address of the LCM', filter: StringFilter },
    createdAt: { by: 'when it was made', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when it was last changed', filter: DateTimeFilter, order: true },
  },
});
export type DataCenterArgs = ArgsOf<typeof DataCenterList>;
