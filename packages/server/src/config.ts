import { z } from 'zod';
import { StartError } from './errors.js';
import { nearestName } from './nearest-name.js';

const hostForm = /^(\[[0-9a-f:.]+\]|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*|[a-z0-9._-]+)(:\d{1,5})?$/i;

/** Splits `a, b` into its parts; an empty list is no entry, not an empty one. */
const list = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** A whole number in decimal, so that `1e3`, `0x10` and ` ` are mistakes and not numbers. */
const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.number().max(most));

const isDatabaseUrl = (value: string): boolean =>
  /^postgres(ql)?:\/\//.test(value) ? URL.canParse(value) : /^sqlite:.+$/.test(value);

const isHttpUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.username === '';
};

const isSecret = (value: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length === 32;

/**
 * The environment, variable by variable. `wanted` ends the sentence "NAME must be …" that a wrong value stops the
 * start with; the value itself is never repeated, since it may be a secret put in the wrong place.
 */
const variables = {
  UJUMBE_PORT: {
    schema: wholeNumber(65_535).default(3000),
    wanted: 'a port from 0 to 65535 (0 lets the system choose)',
  },
  UJUMBE_HOST: {
    schema: z
      .string()
      .regex(/^[a-z0-9._:-]+$/i)
      .default('127.0.0.1'),
    wanted: 'an address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0',
  },
  UJUMBE_DATABASE_URL: {
    schema: z.string().refine(isDatabaseUrl).default('sqlite:./ujumbe.sqlite'),
    wanted: 'sqlite: and a file, or postgres://user:password@host/database',
  },
  UJUMBE_SECRET: {
    schema: z.string().refine(isSecret).optional(),
    wanted: '32 bytes in base64; make one with "openssl rand -base64 32"',
  },
  UJUMBE_UPLOADS: {
    schema: z.string().optional(),
    wanted: 'a folder for uploaded files',
  },
  UJUMBE_SMPP_PORT: {
    schema: z.union([z.literal('off').transform(() => null), wholeNumber(65_535)]).default(2775),
    wanted: 'a port from 0 to 65535 (0 lets the system choose), or off',
  },
  UJUMBE_SMPP_TLS_PORT: {
    schema: wholeNumber(65_535).default(2776),
    wanted: 'a port from 0 to 65535 (0 lets the system choose)',
  },
  UJUMBE_SMPP_TLS_CERT: {
    schema: z.string().optional(),
    wanted: 'a file with a certificate in PEM',
  },
  UJUMBE_SMPP_TLS_KEY: {
    schema: z.string().optional(),
    wanted: 'a file with the key of the certificate in PEM',
  },
  UJUMBE_SMPP_DEMO: {
    schema: z
      .enum(['0', '1'])
      .default('0')
      .transform((value) => value === '1'),
    wanted: '1 to send through a simulated operator over SMPP, or 0',
  },
  UJUMBE_TRUST_PROXY: {
    schema: z
      .string()
      .regex(/^(\d{1,2}|[0-9a-fA-F:.,/ a-z]+)$/)
      .transform((value) => (/^\d+$/.test(value) ? Number(value) : list(value)))
      .default(0),
    wanted: 'how many proxies stand before the platform, or their addresses separated by commas',
  },
  UJUMBE_REQUIRE_HTTPS: {
    schema: z
      .enum(['0', '1'])
      .default('0')
      .transform((value) => value === '1'),
    wanted: '1 to refuse plain HTTP where a vendor does, or 0',
  },
  UJUMBE_CODES_ACCOUNT: {
    schema: z
      .string()
      .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      .optional(),
    wanted: 'the account_uuid of the account that pays for the codes strangers prove their numbers with',
  },
  UJUMBE_SIMULATOR_DELAY_MS: {
    schema: wholeNumber(3_600_000).default(50),
    wanted: 'a number of milliseconds from 0 to 3600000',
  },
  UJUMBE_PUBLIC_URL: {
    schema: z.string().refine(isHttpUrl).optional(),
    wanted: 'where others reach this host, such as https://sms.example.com',
  },
  UJUMBE_ZENOPAY_KEY: {
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{8,500}$/)
      .optional(),
    wanted: 'the key that ZenoPay gave you',
  },
  UJUMBE_ZENOPAY_URL: {
    schema: z.string().refine(isHttpUrl).default('https://zenoapi.com'),
    wanted: 'an http or https URL',
  },
  UJUMBE_PAYMENTS_EMAIL: {
    schema: z.email().optional(),
    wanted: 'an e-mail address',
  },
  UJUMBE_BELOW_COST: {
    schema: z.enum(['warn', 'refuse']).default('warn'),
    wanted: 'warn or refuse',
  },
  UJUMBE_WEBHOOK_ALLOW: {
    schema: z
      .string()
      .transform(list)
      .refine((hosts) => hosts.every((host) => hostForm.test(host)))
      .default([]),
    wanted: 'hosts or host:port separated by commas, such as 127.0.0.1,hooks.internal:8080',
  },
  UJUMBE_LOG_LEVEL: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).optional(),
    wanted: 'silent, error, warn, info or debug',
  },
} as const;

type Variable = keyof typeof variables;

/** The settings of a process, checked. */
export interface Config {
  port: number;
  host: string;
  databaseUrl: string;
  /** Seals secrets at rest; 32 bytes in base64. */
  secret: string | undefined;
  /** Where uploaded files wait; undefined leaves it to the core. */
  uploads: string | undefined;
  smpp: {
    /** Null when no ESME is to bind. */
    port: number | null;
    /** Set when there is a certificate. */
    tls: { port: number; certFile: string; keyFile: string } | undefined;
    /** Sends through the simulated operator over SMPP instead of in process. */
    isDemo: boolean;
  };
  /** Express's `trust proxy`: whose word about a client's address and HTTPS is taken. */
  trustProxy: number | string[];
  /** Refuses plain HTTP in the dialects of vendors that do. */
  requireHttps: boolean;
  /** The account that pays for the codes strangers prove their numbers with; without it none can register. */
  codesAccount: string | undefined;
  simulatorDelayMs: number;
  /** Where others reach this host; wallets are given it to call back. */
  publicUrl: string | undefined;
  payments: {
    /** Undefined when nobody is to pay by phone. */
    zenoPayKey: string | undefined;
    zenoPayUrl: string;
    /** What a wallet is given for a buyer who has named no e-mail address. */
    email: string | undefined;
  };
  belowCost: 'warn' | 'refuse';
  /** Hosts that webhooks may go to although their address is private. */
  webhookAllow: readonly string[];
  /** Undefined leaves the choice to the command. */
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug' | undefined;
}

/**
 * Reads the environment. A variable that is set to nothing counts as not set, as container tools leave them.
 *
 * @throws StartError `configuration` with one sentence that names the first variable that is wrong: an `UJUMBE_…` that
 *   does not exist, or a value that cannot be meant.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  assertKnownNames(env);
  const read = <T extends Variable>(name: T): z.output<(typeof variables)[T]['schema']> => {
    const { schema, wanted } = variables[name];
    const value = env[name] === '' ? undefined : env[name];
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new StartError('configuration', `${name} must be ${wanted}.`);
    return parsed.data as z.output<(typeof variables)[T]['schema']>;
  };
  return {
    port: read('UJUMBE_PORT'),
    host: read('UJUMBE_HOST'),
    databaseUrl: read('UJUMBE_DATABASE_URL'),
    secret: read('UJUMBE_SECRET'),
    uploads: read('UJUMBE_UPLOADS'),
    smpp: {
      port: read('UJUMBE_SMPP_PORT'),
      tls: tlsOf(read('UJUMBE_SMPP_TLS_PORT'), read('UJUMBE_SMPP_TLS_CERT'), read('UJUMBE_SMPP_TLS_KEY')),
      isDemo: read('UJUMBE_SMPP_DEMO'),
    },
    trustProxy: read('UJUMBE_TRUST_PROXY'),
    requireHttps: read('UJUMBE_REQUIRE_HTTPS'),
    codesAccount: read('UJUMBE_CODES_ACCOUNT'),
    simulatorDelayMs: read('UJUMBE_SIMULATOR_DELAY_MS'),
    publicUrl: read('UJUMBE_PUBLIC_URL'),
    payments: {
      zenoPayKey: read('UJUMBE_ZENOPAY_KEY'),
      zenoPayUrl: read('UJUMBE_ZENOPAY_URL'),
      email: read('UJUMBE_PAYMENTS_EMAIL'),
    },
    belowCost: read('UJUMBE_BELOW_COST'),
    webhookAllow: read('UJUMBE_WEBHOOK_ALLOW'),
    logLevel: read('UJUMBE_LOG_LEVEL'),
  };
}

function tlsOf(port: number, certFile: string | undefined, keyFile: string | undefined): Config['smpp']['tls'] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new StartError('configuration', 'UJUMBE_SMPP_TLS_CERT and UJUMBE_SMPP_TLS_KEY must be set together.');
  }
  return { port, certFile, keyFile };
}

function assertKnownNames(env: Readonly<Record<string, string | undefined>>): void {
  const known = Object.keys(variables);
  for (const name of Object.keys(env)) {
    // Any letter case, because ujumbe_port is a mistake too.
    if (!/^UJUMBE_/i.test(name) || known.includes(name)) continue;
    throw new StartError(
      'configuration',
      `${name} is not a setting; did you mean ${nearestName(name.toUpperCase(), known)}?`,
    );
  }
}

/** The SQLite file of a database URL; undefined for PostgreSQL and for a database in memory. */
export function sqliteFile(databaseUrl: string): string | undefined {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(databaseUrl)?.[1];
  return file === ':memory:' ? undefined : file;
}

/** Whether there is something to seal secrets with: the one of the settings, or the one beside the SQLite file. */
export function keepsSecrets({ databaseUrl, secret }: Config): boolean {
  return secret !== undefined || sqliteFile(databaseUrl) !== undefined;
}

/** A database URL as people may read it: without its user, password and parameters. */
export function describeDatabase(databaseUrl: string): string {
  if (databaseUrl.startsWith('sqlite:')) return `SQLite ${sqliteFile(databaseUrl) ?? 'in memory'}`;
  const { host, pathname } = new URL(databaseUrl);
  return `PostgreSQL ${host || 'localhost'}${pathname}`;
}
