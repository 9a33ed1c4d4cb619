export { readConfig, type Config } from './config.js';
export { createHttpServer } from './http-server.js';
export { serve, type ServeOptions } from './serve.js';
export { createSimulatedZenoPay, type SimulatedZenoPay, type SimulatedZenoPayOptions } from './simulated-zenopay.js';
