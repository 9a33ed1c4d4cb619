import { createSmscSimulator } from '@ujumbe/smpp-adapter';
import type { Command } from 'commander';
import { addCommand, type CommonOptions } from '../command-line.js';
import { StartError } from '../errors.js';
import { explainListenError } from '../explain-error.js';
import { printAnswer, printLine } from '../output.js';
import { createSimulatedZenoPay } from '../simulated-zenopay.js';
import { stopSignal } from '../stop-signal.js';

interface SmscOptions extends CommonOptions {
  host: string;
  port: string;
  delay: string;
  ids: string;
  tlvs: boolean;
  tps?: string;
  slow: string;
  dropEvery?: string;
  password?: string;
}

interface ZenoPayOptions extends CommonOptions {
  host: string;
  port: string;
  delay: string;
  slow: string;
  key: string;
}

const longestMs = 3_600_000;

export function addSimulateCommands(program: Command): void {
  const simulate = program.command('simulate').description('play the other side');
  addCommand(simulate, 'smsc', 'run the simulated operator as an SMPP server until Ctrl-C')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', '0 takes a free one', '2785')
    .option('--delay <ms>', 'from a submit to its receipt', '50')
    .option('--ids <form>', 'how ids are written: decimal or hex', 'decimal')
    .option('--no-tlvs', 'receipts have their text alone')
    .option('--tps <submits>', 'submits a second; beyond that they are throttled')
    .option('--slow <ms>', 'how long an answer takes', '0')
    .option('--drop-every <n>', 'end the connection at every so many-th submit')
    .option('--password <password>', 'what a bind has to say; anything unless given')
    .action(runSmsc);
  addCommand(simulate, 'zenopay', 'run a wallet that answers like ZenoPay and takes no money, until Ctrl-C')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', '0 takes a free one', '2790')
    .option('--delay <ms>', 'from a start to the payer’s PIN', '2000')
    .option('--slow <ms>', 'how long a payer takes whose number ends in 910', '30000')
    .option('--key <key>', 'the key that requests and callbacks show', 'simulated-key')
    .action(runZenoPay);
}

async function runZenoPay({ host, key, ...options }: ZenoPayOptions): Promise<void> {
  const port = numberOf(options.port, '--port', 65_535);
  const wallet = createSimulatedZenoPay({
    host,
    port,
    apiKey: key,
    delayMs: numberOf(options.delay, '--delay', longestMs),
    slowMs: numberOf(options.slow, '--slow', longestMs),
  });
  const stopped = stopSignal();
  const json = options.json === true;
  const listening = await wallet.start().catch((error: unknown) => {
    throw explainListenError(error as NodeJS.ErrnoException, { host, port, setting: '--port' });
  });
  const url = `http://${host}:${listening}`;
  printAnswer(
    {
      json: { host, port: listening, url },
      lines: [
        `The simulated wallet answers like ZenoPay at ${url}; set UJUMBE_ZENOPAY_URL and UJUMBE_ZENOPAY_KEY to use it.`,
        'The last three digits of a phone say what becomes of a payment: docs/reference/simulated-wallet.md.',
      ],
    },
    json,
  );
  await stopped;
  await wallet.stop();
  if (!json) printLine(`Stopped after ${wallet.placed()} orders.`);
}

async function runSmsc(options: SmscOptions): Promise<void> {
  const { host, ids, tlvs, password, tps, dropEvery } = options;
  if (ids !== 'decimal' && ids !== 'hex') throw new StartError('usage', '--ids must be decimal or hex.');
  const port = numberOf(options.port, '--port', 65_535);
  const smsc = createSmscSimulator({
    host,
    port,
    delayMs: numberOf(options.delay, '--delay', longestMs),
    slowMs: numberOf(options.slow, '--slow', longestMs),
    ids,
    receiptTlvs: tlvs,
    ...(tps === undefined ? {} : { tps: numberOf(tps, '--tps', 1_000_000) }),
    ...(dropEvery === undefined ? {} : { dropEvery: numberOf(dropEvery, '--drop-every', 1_000_000_000) }),
    ...(password === undefined ? {} : { password }),
  });
  const stopped = stopSignal();
  const json = options.json === true;
  const listening = await smsc.start().catch((error: unknown) => {
    throw explainListenError(error as NodeJS.ErrnoException, { host, port, setting: '--port' });
  });
  printAnswer(
    {
      json: { host, port: listening },
      lines: [
        `The simulated operator answers SMPP on ${host}:${listening}; any system_id may bind.`,
        'The last three digits of a number say what becomes of a message: docs/reference/simulated-operator.md.',
      ],
    },
    json,
  );
  await stopped;
  const { submits, delivered } = smsc.counts();
  await smsc.stop();
  if (!json) printLine(`Stopped after ${submits} submits and ${delivered} deliveries.`);
}

function numberOf(value: string, option: string, most: number): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (!(number <= most)) throw new StartError('usage', `${option} must be a whole number up to ${most}.`);
  return number;
}
