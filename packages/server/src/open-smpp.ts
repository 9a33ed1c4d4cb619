import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Logger, Sms } from '@ujumbe/core';
import { createSmppServer, type SmppServer } from '@ujumbe/smpp-adapter';
import type { Config } from './config.js';
import { StartError } from './errors.js';
import { explainListenError } from './explain-error.js';

/** An SMPP server that listens, and where. */
export interface OpenSmpp {
  server: SmppServer;
  port: number;
  tlsPort: number | undefined;
}

/** Lets customers bind over SMPP where the configuration says so. The platform's workers must run. */
export async function openSmpp(config: Config, sms: Sms, logger: Logger): Promise<OpenSmpp | undefined> {
  const { port, tls } = config.smpp;
  if (port === null) return undefined;
  const server = createSmppServer(sms, {
    host: config.host,
    port,
    logger,
    ...(tls && { tls: { port: tls.port, ...certificateOf(tls) } }),
  });
  try {
    const opened = await server.start();
    sms.esme.listSessionsFrom((accountId) => server.sessions(accountId));
    return { server, port: opened.port, tlsPort: opened.tlsPort };
  } catch (error) {
    await server.stop({ deadlineMs: 1 });
    const failed = error as NodeJS.ErrnoException & { port?: number };
    const setting = failed.port !== undefined && failed.port !== port ? 'UJUMBE_SMPP_TLS_PORT' : 'UJUMBE_SMPP_PORT';
    throw explainListenError(failed, { host: config.host, port: failed.port ?? port, setting });
  }
}

function certificateOf({ certFile, keyFile }: { certFile: string; keyFile: string }): { cert: Buffer; key: Buffer } {
  const pair = { cert: readPem(certFile, 'UJUMBE_SMPP_TLS_CERT'), key: readPem(keyFile, 'UJUMBE_SMPP_TLS_KEY') };
  try {
    createSecureContext(pair);
  } catch {
    throw new StartError(
      'configuration',
      'UJUMBE_SMPP_TLS_CERT and UJUMBE_SMPP_TLS_KEY must be a certificate and its own key, in PEM.',
    );
  }
  return pair;
}

function readPem(file: string, setting: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new StartError('configuration', `${setting} must be a file that can be read.`);
  }
}
