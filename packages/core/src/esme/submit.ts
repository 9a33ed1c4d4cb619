import { SmsError } from '../errors.js';
import type { SendMessages } from '../messaging/send-messages.js';
import type { Clock } from '../runtime.js';
import type { DecimalIds } from './decimal-ids.js';
import type { EsmeLogin, EsmePart, EsmeSubmission, EsmeSubmitted } from './esme.js';
import type { JoinParts } from './join-parts.worker.js';
import { wholeCharacters } from './part-text.js';
import { partKeyOf, partRows, submittedRows } from './submitted.store.js';

export interface SubmitDeps {
  clock: Clock;
  decimalIds: DecimalIds;
  sending: SendMessages;
  joinParts: JoinParts;
  /** The most segments in one message, and so the most parts of one. */
  maxSegments: number;
  /** This process, which is asked first to tell the receipt. */
  workerId: string;
}

const longestEnvelope = 1_000;

/** As `EsmeApi.submit`: resolves when the messages are stored, or the part with the hold on its credit. */
export async function submit(deps: SubmitDeps, login: EsmeLogin, submission: EsmeSubmission): Promise<EsmeSubmitted> {
  const { items, part } = submission;
  if (items.some(({ envelope }) => envelope.length > longestEnvelope)) {
    throw new SmsError('invalid_request', 'the addresses of this message are too long');
  }
  const id = await deps.decimalIds.next();
  return part ? submitPart(deps, login, submission, part, id) : submitWhole(deps, login, submission, id);
}

async function submitWhole(
  { clock, workerId, sending }: SubmitDeps,
  login: EsmeLogin,
  submission: EsmeSubmission,
  id: number,
): Promise<EsmeSubmitted> {
  const { items, tell, session } = submission;
  const { accepted, rejected } = await sending.send(login.access ?? login.accountId, commandOf(submission), {
    attach: (messages) => ({
      rows: [
        submittedRows(
          messages.map(({ index, message }) => ({
            id,
            messageId: message.id,
            accountId: login.accountId,
            tell,
            session,
            workerId,
            envelope: items[index]?.envelope ?? '{}',
            submittedAt: clock.now(),
          })),
        ),
      ],
    }),
  });
  const [refused] = rejected;
  if (accepted.length === 0 && refused) throw new SmsError(refused.code, refused.reason);
  return { id: String(id), rejected };
}

async function submitPart(
  { clock, workerId, sending, joinParts, maxSegments }: SubmitDeps,
  login: EsmeLogin,
  submission: EsmeSubmission,
  part: EsmePart,
  id: number,
): Promise<EsmeSubmitted> {
  const { number, total } = part;
  if (!Number.isInteger(total) || total < 2 || total > maxSegments || number < 1 || number > total) {
    throw new SmsError('message_too_long', `a message has at most ${maxSegments} parts, numbered from 1`);
  }
  const [item] = submission.items;
  if (!item || submission.items.length > 1) {
    throw new SmsError('invalid_request', 'a part of a long message goes to one number');
  }
  let key = '';
  const measured = commandOf({ ...submission, text: wholeCharacters(submission.text) });
  await sending.send(login.access ?? login.accountId, measured, {
    isParked: true,
    attach: ([prepared]) => {
      if (!prepared) return {};
      const { message } = prepared;
      const { lane, scheduledAt, validityMs, tell, session } = submission;
      key = partKeyOf(message.recipient, message.sender, part);
      const waiting = {
        id,
        holdId: message.id,
        accountId: login.accountId,
        key,
        number,
        total,
        cost: message.cost,
        text: submission.text,
        submission: JSON.stringify({
          to: message.recipient,
          senderId: message.sender,
          envelope: item.envelope,
          lane,
          scheduledAt,
          validityMs,
          tell,
          session,
        }),
        workerId,
        receivedAt: clock.now(),
      };
      return { rows: [partRows([waiting])] };
    },
  });
  joinParts.stored(login.accountId, key);
  return { id: String(id), rejected: [] };
}

const commandOf = ({
  items,
  text,
  senderId,
  lane,
  scheduledAt,
  validityMs,
}: EsmeSubmission): Parameters<SendMessages['send']>[1] => ({
  items: items.map(({ to }) => ({ to, text })),
  senderId,
  lane,
  scheduledAt,
  validityMs,
  source: 'smpp',
});
