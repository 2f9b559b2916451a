export { Platform, PlatformKind, PlatformProtocol } from './platform.entity.js';
export { PLATFORM_FIELDS } from './platform.inputs.js';
export { type PlatformSearch } from './platform.service.js';
export { type Platforms, createPlatforms, platforms } from './platforms.module.js';
export { type PlatformRoute, type RouteService } from './route.service.js';
