import { simulator, type DatabaseOptions } from '@ujumbe/core';
import { concurrently, openPlatform, recipient, text, timed } from '../workload.js';

export interface AcceptInput {
  database: DatabaseOptions;
  messages: number;
  /** Messages in one call: 1 uses `sms.send`, more `sms.messages.send`. */
  perCall: number;
  /** Calls that wait for their answer at any time. */
  atOnce: number;
}

/** Accepts messages in process, with no worker running. */
export async function run({ database, messages, perCall, atOnce }: AcceptInput): Promise<{ seconds: number }> {
  const { sms, accountId } = await openPlatform({ database, transports: [simulator()] });
  const sendOne = (index: number): Promise<unknown> => sms.send(accountId, { to: recipient(index), message: text });
  const sendMany = (call: number): Promise<unknown> =>
    sms.messages.send(accountId, {
      items: Array.from({ length: perCall }, (_, row) => ({ to: recipient(call * perCall + row), text })),
    });
  const send = perCall === 1 ? sendOne : sendMany;
  await concurrently(Math.ceil(5_000 / perCall), atOnce, send);
  const seconds = await timed(() => concurrently(messages / perCall, atOnce, send));
  await sms.stop();
  return { seconds };
}
