export { createSmsRouter, type SmsRouterOptions } from './mount.js';
export { endpoints } from './api/endpoints.js';
export type { ApiRequest, ApiResponse, Endpoint, Method, RequestHeaders } from './endpoint.js';
