import pino, { type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config.js';

/** What a log never carries: a way in, a phone number, a text. */
const secrets = ['authorization', 'x-api-key', 'token', 'secret', 'password'];
const personal = ['to', 'phone', 'recipient', 'message', 'text'];

/** Each name at the top of a log entry and up to two objects deep, which is as deep as an entry goes. */
const redactedPaths = [...secrets, ...personal].flatMap((name) => {
  const key = `["${name}"]`;
  return [key, `*${key}`, `*.*${key}`];
});

/** Drivers put values into the messages of their errors, where no path reaches; seven digits on may be a subscriber. */
const maskNumbers = (text: string): string => text.replace(/\+?\d{7,}/g, '[number]');

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { cause, code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    code,
    // Not `message`, which the redaction would take for the text of an SMS.
    reason: maskNumbers(error.message),
    stack: error.stack === undefined ? undefined : maskNumbers(error.stack),
    cause: cause instanceof Error ? maskNumbers(cause.message) : undefined,
  };
}

const options: LoggerOptions = {
  base: null,
  redact: { paths: redactedPaths, censor: '[redacted]' },
  serializers: { err: serializeError },
};

/** A log on stderr: JSON lines for machines, readable ones on a terminal. */
export function createLogger(level: NonNullable<Config['logLevel']>, out: { pretty: boolean }): Logger {
  const stderr = 2;
  const stream = out.pretty
    ? pretty({ destination: stderr, sync: true, colorize: true, translateTime: 'SYS:HH:MM:ss.l' })
    : pino.destination({ dest: stderr, sync: true });
  return pino({ ...options, level }, stream);
}

/** The same log on a stream of the caller's, for tests. */
export function createLoggerTo(stream: { write(line: string): void }): Logger {
  return pino({ ...options, level: 'debug' }, stream);
}
