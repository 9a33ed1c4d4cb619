import { SmsError, type Logger, type Sms } from '@ujumbe/core';
import type { FromAsked, NotDone, ToAsked } from './asked-messages.js';

/** What a platform in a process of its own logs, when whoever looks for a fault wants to see it. */
export const faultsLogger: { logger?: Logger } =
  process.env.FAULTS_LOG === undefined
    ? {}
    : {
        logger: {
          debug() {},
          info() {},
          warn: (fields: object, message: string) => console.error(process.pid, message, fields),
          error: (fields: object, message: string) => console.error(process.pid, message, fields),
        },
      };

/** What crosses a channel has the form its two ends agree on: each names its own. */
type Open = (settings: never) => Promise<Sms>;
type Act = (sms: Sms, request: never) => Promise<object>;

/**
 * The other end of an `AskedProcess`: makes a platform, starts it, and does with it what the test asks until it is told
 * to stop. It never outlives its test, however that ends.
 *
 * @param act does what is asked; a request the platform refuses is answered so
 */
export function answerTest(open: Open, act: Act): void {
  process.on('disconnect', () => process.exit());
  work(open, act).catch((error: unknown) => {
    console.error('A process could not start:', error);
    process.exit(1);
  });
}

async function work(open: Open, act: Act): Promise<void> {
  const say = (message: FromAsked<object>): void => {
    // The test may be gone; then there is nobody to tell.
    if (process.connected) process.send?.(message, () => {});
  };
  const sms = await open(JSON.parse(process.argv[2] ?? '') as never);
  process.on('message', ({ number, request }: ToAsked<object>) => {
    if (request === 'stop') {
      void sms.stop().then(() => {
        say({ number, answer: 'stopped' });
        process.disconnect();
      });
      return;
    }
    void act(sms, request as never)
      .catch(notDone)
      .then((answer) => say({ number, answer }));
  });
  await sms.start();
  say('ready');
}

function notDone(error: unknown): NotDone {
  if (error instanceof SmsError) return { kind: 'refused', code: error.code };
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
