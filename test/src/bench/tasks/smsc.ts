import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SmppSession, type AnyPdu } from '@ujumbe/smpp-adapter';
import * as smpp from 'smpp';
import type { Stage } from '../child.js';
import { destination, submitText } from '../smpp-workload.js';

export interface SmscInput {
  library: 'ours' | 'npm smpp';
}

/** Answers every submit, whose fields it reads, until it is told to stop. */
export async function run({ library }: SmscInput, stage: Stage): Promise<{ answered: number }> {
  return library === 'ours' ? ours(stage) : npmSmpp(stage);
}

async function ours(stage: Stage): Promise<{ answered: number }> {
  let answered = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const onRequest = (pdu: AnyPdu): void => {
      if (pdu.command === 'bind_transceiver') session.respond(pdu, { body: { system_id: 'bench' } });
      if (pdu.command !== 'submit_sm') return;
      const { destination_addr: to, short_message: text } = pdu.body;
      const isRead = to === destination && text.length === submitText.length;
      session.respond(pdu, isRead ? { body: { message_id: String(10_000_000_000 + answered++) } } : { status: 8 });
    };
    const session = new SmppSession(socket, { role: 'smsc', maxUnanswered: 5_000, onRequest });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.ready((server.address() as AddressInfo).port);
  await stage.stopped;
  for (const socket of sockets) socket.destroy();
  server.close();
  return { answered };
}

async function npmSmpp(stage: Stage): Promise<{ answered: number }> {
  let answered = 0;
  const sessions = new Set<smpp.Session>();
  const server = smpp.createServer((session) => {
    sessions.add(session);
    session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
    session.on('submit_sm', (pdu) => {
      const isRead = pdu.destination_addr === destination && pdu.short_message.message === submitText;
      session.send(pdu.response(isRead ? { message_id: String(10_000_000_000 + answered++) } : { command_status: 8 }));
    });
    session.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.ready(server.address().port);
  await stage.stopped;
  for (const session of sessions) session.close();
  server.close();
  return { answered };
}
