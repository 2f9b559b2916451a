export { mayUse } from './calls/access.js';
export { AccountService, type PlatformAccount } from './calls/account.service.js';
export { type CallOptions, PlatformCallService, type PlatformRequest } from './calls/call.service.js';
export {
  BODY_ENCODINGS,
  type BodyEncoding,
  type DecodedBody,
  type PlatformAnswer,
  type PlatformCall,
  type PlatformCaller,
} from './caller.port.js';
export type { Repeats } from './calls/repeats.js';
export { type RequestSigner, SigningService } from './calls/signing.service.js';
export { DOCUMENT_LIMITS } from './documents/document.service.js';
export { Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';
export { PLATFORM_FIELDS } from './platform.inputs.js';
export { type PlatformSearch } from './platform.service.js';
export { type Platforms, createPlatforms, platforms } from './platforms.module.js';
export { type PlatformRoute, type RouteService, authorityOf } from './route.service.js';
export type { PlatformSigner, SignableRequest, Signature } from './signer.port.js';
