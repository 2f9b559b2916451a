export { Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';
export { PLATFORM_FIELDS } from './platform.inputs.js';
export { PLATFORM_SECRETS } from './platform.secrets.js';
export { platformReference } from './platform.reference.js';
export { PlatformEventResolver, PlatformResolver } from './platform.resolver.js';
export { type PlatformSearch, PlatformService } from './platform.service.js';
export { type PlatformRoute, RouteService } from './route.service.js';
