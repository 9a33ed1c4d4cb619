import type { OutboundMessage, SubmitOutcome } from '@ujumbe/core';
import {
  createSmscSimulator,
  smppTransport,
  type SimulatedSubmit,
  type SmppTransport,
  type SmppTransportOptions,
  type SmscSimulator,
  type SmscSimulatorOptions,
} from '@ujumbe/smpp-adapter';
import { newNumber } from '../../contracts/platform.js';
import { transportSuite } from '../../contracts/transport-suite.js';

const settings: [title: string, operator: SmscSimulatorOptions, client: Partial<SmppTransportOptions>][] = [
  ['a transceiver', {}, {}],
  ['TX and RX, ids in hexadecimal', { ids: 'hex' }, { binds: { kind: 'tx+rx', count: 2 } }],
  ['a window of one, receipts without TLVs', { receiptTlvs: false }, { window: 1 }],
];

/** A test's receipts must not reach the next one: the operator keeps them for whoever binds under the name. */
let clients = 0;

describe('the SMPP transport', () => {
  for (const [title, operator, client] of settings) {
    describe(title, () => {
      let smsc: SmscSimulator;
      let submits: SimulatedSubmit[];
      before(async () => {
        smsc = createSmscSimulator({ delayMs: 10, onSubmit: (submit) => submits.push(submit), ...operator });
        await smsc.start();
      });
      after(() => smsc.stop());

      transportSuite(() => {
        submits = [];
        const made = smppTransport({
          name: 'operator',
          host: '127.0.0.1',
          port: smsc.port!,
          systemId: `client-${++clients}`,
          password: 'secret',
          ...client,
        });
        const { transport, idOf } = remembering(made);
        return {
          transport,
          deliverable: newNumber,
          refused: '+255713000901',
          handed: () => submits.map(({ body }) => idOf(`+${body.destination_addr}`)),
        };
      });
    });
  }
});

/** An operator sees numbers and no ids of ours; each number of the suite has one message. */
function remembering(transport: SmppTransport): { transport: SmppTransport; idOf: (recipient: string) => string } {
  const ids = new Map<string, string>();
  const submit = transport.submit.bind(transport);
  transport.submit = (messages: readonly OutboundMessage[], signal: AbortSignal): Promise<SubmitOutcome>[] => {
    for (const { id, recipient } of messages) ids.set(recipient, id);
    return submit(messages, signal);
  };
  return { transport, idOf: (recipient) => ids.get(recipient) ?? 'unknown' };
}
