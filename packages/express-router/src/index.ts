export { createSmsRouter, type SmsRouterOptions } from './mount.js';
export { canonical } from './api/index.js';
export type { Dialect, Fault, VendorError } from './dialect.js';
export { defaultDialects, type DialectOptions } from './dialects/index.js';
export { kimisms, type KimismsOptions } from './dialects/kimisms/index.js';
export { mboasms, type MboasmsOptions } from './dialects/mboasms/index.js';
export { mobilesasaLegacy } from './dialects/mobilesasa-legacy/index.js';
export type { ApiRequest, ApiResponse, Endpoint, Method, RequestHeaders } from './endpoint.js';
export type { LimitSettings, RateLimitPolicy } from './limits.js';
