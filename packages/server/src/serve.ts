import type { Server } from 'node:http';
import type { Sms } from '@ujumbe/core';
import { createApp } from './app.js';
import { describeDatabase, keepsSecrets, type Config } from './config.js';
import { openDemo, type Demo } from './demo/demo.js';
import { openDemoWallet } from './demo/demo-wallet.js';
import { openReceiver, type Receiver } from './demo/receiver.js';
import { openSmppOperator } from './demo/smpp-operator.js';
import { StartError } from './errors.js';
import { createHttpServer } from './http-server.js';
import { drainServer, listen, OpenStreams } from './listen.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openSmpp, type OpenSmpp } from './open-smpp.js';
import { apiUrlOf, openSms } from './open-sms.js';
import { printAnswer, printLine, type Answer } from './output.js';
import { stopSignal } from './stop-signal.js';

export interface ServeOptions {
  /** Shows the platform at work: an account, a request to paste, a webhook's receiver. */
  demo: boolean;
  /** Prints one JSON value once it listens, and nothing after it. */
  json: boolean;
}

const requestsDeadlineMs = 5_000;
const messagesDeadlineMs = 10_000;

/** Runs the platform with its API until the process is told to stop; then finishes what is under way. */
export async function serve(config: Config, options: ServeOptions): Promise<void> {
  if (options.demo && !keepsSecrets(config)) {
    throw new StartError(
      'configuration',
      'Set UJUMBE_SECRET to 32 bytes in base64; "openssl rand -base64 32" makes them.',
    );
  }
  const receiver = options.demo ? await openReceiver() : undefined;
  try {
    await serveWith(config, options, receiver);
  } finally {
    // Last, so that the webhooks of the last messages still find it.
    receiver?.close();
  }
}

/** Found out now and not at the first registration. */
async function assertCodesAccount(sms: Sms, { codesAccount }: Config): Promise<void> {
  if (codesAccount === undefined) return;
  const known = await sms.accounts.get(codesAccount).catch(() => undefined);
  if (!known) throw new StartError('configuration', 'UJUMBE_CODES_ACCOUNT must be the account_uuid of an account.');
}

async function serveWith(config: Config, { demo, json }: ServeOptions, receiver: Receiver | undefined): Promise<void> {
  // A demo's terminal is for the messages; what goes wrong shows all the same.
  const logger = createLogger(config.logLevel ?? (demo ? 'warn' : 'info'), { pretty: process.stderr.isTTY });
  const metrics = new Metrics();
  const upstream = config.smpp.isDemo ? await openSmppOperator(config.simulatorDelayMs) : undefined;
  let listeningAt: string | undefined;
  const hasWallet = config.payments.zenoPayKey !== undefined;
  const wallet =
    demo && !hasWallet ? await openDemoWallet(() => (listeningAt ? apiUrlOf(listeningAt) : undefined)) : undefined;
  const sms = await openSms(config, {
    logger,
    ...(upstream && { transports: [upstream.transport] }),
    ...(wallet && { payments: wallet.payments }),
    webhookAllow: receiver ? [receiver.address] : [],
    observe: (transport) => metrics.observe(transport),
  });
  const streams = new OpenStreams();
  const stop = new AbortController();
  metrics.watchQueue(sms);
  const app = createApp({ config, sms, metrics, logger, streams, isDraining: () => stop.signal.aborted });
  const server = createHttpServer(app);
  let narrating: Promise<void> | undefined;
  let smpp: OpenSmpp | undefined;
  try {
    await assertCodesAccount(sms, config);
    const url = (listeningAt = await listen(server, config));
    const shown =
      receiver && (await openDemo(sms, config, receiver, { url, quiet: json, sells: wallet !== undefined }));
    const stopped = stopSignal();
    await sms.start();
    smpp = await openSmpp(config, sms, logger);
    if (smpp) metrics.watchSmpp(smpp.server, sms);
    printAnswer(announcement(config, url, smpp, shown), json);
    logger.info({ url, database: describeDatabase(config.databaseUrl) }, 'serving');
    if (!keepsSecrets(config)) logger.warn({}, 'webhooks cannot be created until UJUMBE_SECRET is set');
    narrating = shown?.narrate(stop.signal);
    await stopped;
    if (!json) printLine('Stopping: what is under way is finished first. Ctrl-C again stops at once.');
  } finally {
    stop.abort();
    await smpp?.server.stop({ deadlineMs: requestsDeadlineMs });
    await drain(server, streams, sms, narrating);
    await upstream?.operator.stop();
    await wallet?.simulated.stop();
  }
  if (!json) printLine('Stopped.');
}

function announcement(config: Config, url: string, smpp: OpenSmpp | undefined, demo: Demo | undefined): Answer {
  const database = describeDatabase(config.databaseUrl);
  const operator = config.smpp.isDemo ? 'simulated operator over SMPP' : 'simulated operator';
  const tls = smpp?.tlsPort === undefined ? '' : `, with TLS on port ${smpp.tlsPort}`;
  return {
    json: {
      url: `${url}/api/v1`,
      database,
      ...(smpp && { smpp: { port: smpp.port, tls_port: smpp.tlsPort ?? null } }),
      ...(demo && { demo: demo.json }),
    },
    lines: [
      `Ujumbe answers at ${url}/api/v1 (${database}, ${operator})`,
      ...(smpp ? [`ESMEs bind at ${config.host}:${smpp.port}${tls}`] : []),
      ...(demo?.lines ?? []),
    ],
  };
}

/** In the order messages flow: nobody asks any more, then nothing is under way any more. */
async function drain(
  server: Server,
  streams: OpenStreams,
  sms: Sms,
  narrating: Promise<void> | undefined,
): Promise<void> {
  streams.end();
  if (server.listening) await drainServer(server, requestsDeadlineMs);
  await narrating;
  await sms.stop({ deadlineMs: messagesDeadlineMs });
}
