import type { Logger, Sms } from '@ujumbe/core';
import { createSmsRouter, defaultDialects } from '@ujumbe/express-router';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import type { Config } from './config.js';
import { endpointLabel } from './endpoint-label.js';
import type { OpenStreams } from './listen.js';
import type { Metrics } from './metrics.js';

export interface AppParts {
  config: Pick<Config, 'trustProxy' | 'requireHttps' | 'codesAccount'>;
  sms: Sms;
  metrics: Metrics;
  logger: Logger;
  /** True once the process is told to stop: balancers send nothing more to a host that is not ready. */
  isDraining: () => boolean;
  /** Where answers that do not end by themselves are noted. */
  streams: OpenStreams;
}

const checkTimeoutMs = 3_000;

/** The application of the runnable host: the API, and what its operator asks. */
export function createApp({ config, sms, metrics, logger, isDraining, streams }: AppParts): Express {
  const app = express();
  app.set('trust proxy', config.trustProxy);
  app.disable('x-powered-by');
  // A hash of each answer would be computed for clients that ask about messages that have just changed.
  app.disable('etag');
  app.use(timeRequests(metrics));
  app.get('/healthz', (_request, response) => sendJson(response, 200, { ok: true }));
  app.get('/readyz', readiness(sms, logger, isDraining));
  app.get('/metrics', async (_request, response) => {
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.registry.metrics());
  });
  app.use('/api/v1/events', (_request, response, next) => {
    streams.add(response);
    next();
  });
  const { requireHttps, codesAccount: accountId } = config;
  const dialects = defaultDialects({
    kimisms: { requireHttps },
    mifumo: accountId === undefined ? {} : { codes: { accountId } },
  });
  app.use(createSmsRouter(sms, { logger, dialects }));
  app.use((_request, response) =>
    sendJson(response, 404, failure('there is nothing here; the API is below /api/v1', 'not_found')),
  );
  app.use(lastResort(logger));
  return app;
}

function timeRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    // A client that leaves before the answer ends, as every reader of an event stream does, is not timed.
    response.once('finish', () => {
      const seconds = (performance.now() - startedMs) / 1_000;
      metrics.request(request.method, endpointLabel(request.originalUrl), response.statusCode, seconds);
    });
    next();
  };
}

/** Anybody may ask, so the answer names what fails and no more; the log and `ujumbe doctor` say why. */
function readiness(sms: Sms, logger: Logger, isDraining: () => boolean): RequestHandler {
  return async (_request, response) => {
    const failing = isDraining() ? ['draining'] : await failingChecks(sms, logger);
    if (failing.length === 0) sendJson(response, 200, { ok: true });
    else sendJson(response, 503, { ok: false, failing });
  };
}

async function failingChecks(sms: Sms, logger: Logger): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), checkTimeoutMs);
  });
  try {
    const health = await Promise.race([sms.health.check(), timeout]);
    if (!health) return ['timeout'];
    const failing = health.checks.filter(({ ok }) => !ok);
    if (failing.length > 0) logger.warn({ failing }, 'not ready');
    return failing.map(({ name }) => name);
  } catch (error) {
    logger.warn({ err: error }, 'not ready');
    return ['health'];
  } finally {
    clearTimeout(timer);
  }
}

function lastResort(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    logger.error({ err: error }, 'a request failed');
    sendJson(response, 500, failure('something went wrong here; try again', 'internal'));
  };
}

const failure = (error: string, code: string): object => ({ success: false, error, code });

function sendJson(response: Response, status: number, body: object): void {
  response.status(status).json(body);
}
