export { createSmsRouter, type SmsRouterOptions } from './mount.js';
export { endpoints } from './api/endpoints.js';
export type {
  AnyEndpoint,
  ApiRequest,
  ApiResponse,
  Endpoint,
  Method,
  OpenEndpoint,
  OpenRequest,
  RequestHeaders,
} from './endpoint.js';
