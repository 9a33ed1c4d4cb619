import assert from 'node:assert/strict';
import { createSms, type Sms } from '@ujumbe/core';
import { smppTransport } from '@ujumbe/smpp-adapter';
import * as smpp from 'smpp';
import { eventually } from '../../contracts/eventually.js';
import { newNumber, openAccount, reaches, sendOne } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';

const receiptClass = 0x04;
const ok = 0;

describeOnDatabases('an SMSC made with npm’s smpp', (open) => {
  let sms: Sms;
  let server: smpp.Server;
  let database: Awaited<ReturnType<typeof open>>;
  const submits: smpp.Pdu[] = [];
  const sessions = new Set<smpp.Session>();
  /** What the platform answered to each receipt. */
  const receiptAnswers: number[] = [];

  /** Takes a submit, answers in hexadecimal, and tells its end in decimal. */
  function take(session: smpp.Session, pdu: smpp.Pdu): void {
    submits.push(pdu);
    const id = 1_000_000_000 + submits.length;
    session.send(pdu.response({ message_id: id.toString(16).toUpperCase() }));
    const stat = pdu.destination_addr.endsWith('2') ? 'UNDELIV' : 'DELIVRD';
    const fields = {
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: receiptClass,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2611210900 done date:2611210901 stat:${stat} err:000 text:`,
    };
    session.deliver_sm(fields, ({ command_status: status }) => receiptAnswers.push(status));
  }

  before(async () => {
    database = await open();
    server = smpp.createServer((session) => {
      sessions.add(session);
      session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
      session.on('submit_sm', (pdu) => take(session, pdu));
      session.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const operator = smppTransport({
      name: 'operator',
      host: '127.0.0.1',
      port,
      systemId: 'ujumbe',
      password: 'secret',
      timers: { drainMs: 200 },
    });
    const secret = Buffer.alloc(32).toString('base64');
    sms = await createSms({ database: database.options, transports: [operator], secret });
    await sms.start();
  });
  after(async () => {
    await sms.stop();
    for (const session of sessions) session.close();
    server.close();
    await assertInvariants(database);
  });

  it('is sent texts that it reads as they were, and its receipts settle them', async () => {
    const account = await openAccount(sms);
    const texts = ['Habari', '10 € {a} [b] ~ ^ | \\', 'Жизнь 🙂'];
    const sent = await Promise.all(
      texts.map(async (message, index) => {
        const to = `${newNumber().slice(0, -1)}${index}`;
        return { to, message, id: await sendOne(sms, account, { to, message }) };
      }),
    );
    for (const [index, { to, message, id }] of sent.entries()) {
      await reaches(sms, account, id, index === 2 ? 'undelivered' : 'delivered');
      const submit = submits.find(({ destination_addr: destination }) => `+${destination}` === to);
      assert.equal(submit?.short_message.message, message);
      assert.equal(submit.source_addr, 'DUKA');
    }
    await eventually('every receipt is answered', () => receiptAnswers.length === texts.length);
    assert.deepEqual(new Set(receiptAnswers), new Set([ok]));
  });

  it('is sent a long text in parts', async () => {
    const account = await openAccount(sms);
    const before = submits.length;
    const message = 'Maji '.repeat(80);
    const id = await sendOne(sms, account, { message, to: `${newNumber().slice(0, -1)}1` });
    await reaches(sms, account, id, 'delivered');
    const parts = submits.slice(before).map(({ short_message: { message: part } }) => part);
    assert.equal(parts.length, 3);
    assert.equal(parts.join(''), message);
  });
});
