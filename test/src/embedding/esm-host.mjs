// The same host as an ES module: the packages must have their names as exports, and not under `default` alone.
import { createSms, simulator } from '@ujumbe/core';
import { createSmsRouter } from '@ujumbe/express-router';
import { serveApps } from './serve-apps.js';

const [, , expressName, filename] = process.argv;
const { default: express } = await import(expressName);
serveApps({ express, createSms, simulator, createSmsRouter, filename });
