import { z } from 'zod';
import { text } from '../../kernel/validation.js';

const MAX_KEY = 512;
const MAX_TOKEN = 12_288;
const MAX_NAME = 256;
const MAX_ENDPOINT = 512;

/** What can stand in a header field. */
const VISIBLE = /^[!-~]*$/;
const inHeader = (most: number) => text(1, most).regex(VISIBLE, 'must be visible ASCII characters');

/** Whether the text names a server and nothing of it. */
function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
}

const AccessKey = z.strictObject({
  accessKey: inHeader(MAX_KEY),
  secretKey: text(1, MAX_KEY),
  securityToken: inHeader(MAX_TOKEN).optional(),
});

const IamUser = z.strictObject({
  domain: text(1, MAX_NAME),
  user: text(1, MAX_NAME),
  password: text(1, MAX_NAME),
  iamEndpoint: text(1, MAX_ENDPOINT)
    .refine(isOrigin, 'must be an address such as https://iam.cn-north-4.myhuaweicloud.com')
    .optional(),
});

export type AccessKey = z.output<typeof AccessKey>;
export type IamUser = z.output<typeof IamUser>;

/** An access key, perhaps a temporary one, or a user of Huawei's identity service. */
export type ModelArtsCredentials = AccessKey | IamUser;

export const isAccessKey = (credentials: object): credentials is AccessKey => 'accessKey' in credentials;

const isUser = (given: object) => 'user' in given || 'password' in given || 'domain' in given;

/** The schema that says what is wrong with what was given: a union would say that it is neither. */
export const modelArtsCredentials = (given: object): z.ZodType<ModelArtsCredentials> =>
  isUser(given) && !isAccessKey(given) ? IamUser : AccessKey;
