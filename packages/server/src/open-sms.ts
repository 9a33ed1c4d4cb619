import {
  createSms,
  simulator,
  zenoPay,
  type Logger,
  type MobileMoney,
  type PaymentOptions,
  type Sms,
  type Transport,
} from '@ujumbe/core';
import type { Config } from './config.js';

/** What a command adds to the configuration. */
export interface OpenOptions {
  logger?: Logger;
  /** Hosts the address guard lets through beside the configured ones. */
  webhookAllow?: readonly string[];
  /** The ways out; the simulated operator in process unless given. */
  transports?: readonly Transport[];
  /** How payments are taken, instead of what the configuration says. */
  payments?: PaymentOptions;
  /** Wraps each transport, to count what passes through it. */
  observe?: (transport: Transport) => Transport;
  /** False opens the database as it is, to look at it. */
  migrate?: boolean;
}

/** Opens the platform as the configuration says, with its schema brought up to date. Its workers do not run yet. */
export function openSms(config: Config, options: OpenOptions = {}): Promise<Sms> {
  const { logger, transports, webhookAllow = [], observe = (transport: Transport) => transport } = options;
  const { migrate = true, payments = configuredPayments(config) } = options;
  return createSms({
    database: config.databaseUrl,
    migrate,
    transports: (transports ?? [simulator({ delayMs: config.simulatorDelayMs })]).map(observe),
    webhookAllow: [...config.webhookAllow, ...webhookAllow],
    ...(payments === undefined ? {} : { payments }),
    belowCost: config.belowCost,
    ...(config.secret === undefined ? {} : { secret: config.secret }),
    ...(config.uploads === undefined ? {} : { uploads: { folder: config.uploads } }),
    ...(logger === undefined ? {} : { logger }),
  });
}

function configuredPayments({ payments, publicUrl }: Config): PaymentOptions | undefined {
  const { zenoPayKey, zenoPayUrl, email } = payments;
  if (zenoPayKey === undefined) return undefined;
  const wallet: MobileMoney = zenoPay({ apiKey: zenoPayKey, url: zenoPayUrl });
  return {
    wallets: [wallet],
    ...(publicUrl === undefined ? {} : { apiUrl: apiUrlOf(publicUrl) }),
    ...(email === undefined ? {} : { buyerEmail: email }),
  };
}

/** Where the API is below the host's own URL. */
export const apiUrlOf = (url: string): string => `${url.replace(/\/+$/, '')}/api/v1`;
