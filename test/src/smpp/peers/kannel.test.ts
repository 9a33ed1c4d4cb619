import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReceiptState } from '@ujumbe/core';
import { eventually } from '../../contracts/eventually.js';
import { newNumber } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { Capture } from './capture.js';
import { closedAfterSuite } from './closed-after-suite.js';
import { skipWithoutPeers } from './installed-peers.js';
import { Kannel, type KannelLogin, type KannelTold } from './kannel.js';
import { makeCertificate, type OwnCertificate } from './own-certificate.js';
import { PlatformWithSmpp, type Esme } from './platform-with-smpp.js';
import { testTheWire } from './wire-check.js';

const base =
  '@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const texts: { title: string; text: string; unicode?: boolean }[] = [
  { title: 'every base character of GSM 7-bit', text: base },
  { title: 'every extension character', text: '^{}\\[~]|€' },
  {
    title: 'GSM 7-bit of three parts, with an extension character at each seam',
    text: `${'x'.repeat(152)}€`.repeat(3),
  },
  { title: 'UCS-2 with surrogates', text: 'Habari ⚽ 🙂 Жук', unicode: true },
  { title: 'UCS-2 of three parts, with surrogates at each seam', text: `${'ж'.repeat(66)}🙂`.repeat(3), unicode: true },
];

const endings: [ReceiptState, KannelTold][] = [
  ['delivered', 'delivered'],
  ['undelivered', 'not delivered'],
  ['expired', 'not delivered'],
  ['rejected', 'not delivered'],
  ['cancelled', 'not delivered'],
];

const alphabets = [
  ['latin1', 'ISO-8859-1'],
  ['utf8', 'UTF-8'],
] as const;

const inboundTexts = ['Jibu la {mteja} à €5', 'Жук 🙂', 'Ndiyo '.repeat(60).trim(), 'Ж🙂'.repeat(60)];

describeOnDatabases(
  'Kannel',
  (open) => {
    const closing = closedAfterSuite();
    const folder = mkdtempSync(join(tmpdir(), 'ujumbe-peers-'));
    let certificate: OwnCertificate;
    let platform: PlatformWithSmpp;
    let capture: Capture | undefined;

    before(skipWithoutPeers);
    before(async () => {
      certificate = makeCertificate(folder);
      platform = closing(await PlatformWithSmpp.open(open, { tls: { port: 0, ...certificate } }));
      capture = await Capture.start(platform.port);
      if (capture) closing(capture);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const ways: { title: string; login: () => Pick<KannelLogin, 'bind' | 'port' | 'trusting'> }[] = [
      { title: 'a transceiver', login: () => ({ bind: 'transceiver', port: platform.port }) },
      {
        title: 'a transmitter and a receiver',
        login: () => ({ bind: 'transmitter and receiver', port: platform.port }),
      },
      {
        title: 'a transceiver over TLS',
        login: () => ({ bind: 'transceiver', port: platform.tlsPort, trusting: certificate.file }),
      },
    ];

    for (const { title, login } of ways) {
      describe(`bound as ${title}`, () => {
        const closing = closedAfterSuite();
        let esme: Esme;
        let kannel: Kannel;
        before(async () => {
          esme = await platform.newEsme();
          kannel = closing(await Kannel.start({ ...login(), systemId: esme.systemId, password: esme.password }));
        });

        for (const [index, { title: what, text, unicode }] of texts.entries()) {
          it(`sends ${what}, and hears that it was delivered`, async () => {
            const to = newNumber();
            const reference = `text${index}`;
            await kannel.send({ from: esme.sender, to, text, reference, ...(unicode && { unicode }) });
            await eventually('Kannel tells both', () => kannel.told(reference).length >= 2);
            assert.deepEqual(platform.textsTo(to), [text]);
            assertDelivered(kannel, [reference]);
          });
        }

        it('hears what handsets write, in parts and in any alphabet', async () => {
          const from = newNumber();
          for (const text of inboundTexts) await platform.operator.hear(from, esme.sender, text);
          await eventually('all are heard', () => kannel.inbound().length >= inboundTexts.length);
          assert.deepEqual(
            new Set(kannel.inbound()),
            new Set(inboundTexts.map((text) => ({ from, to: esme.sender, text }))),
          );
        });

        it('hears how each of a hundred messages ended, none lost and none told twice', async () => {
          const references = Array.from({ length: 100 }, (_, index) => `receipt${index}`);
          await kannel.sendAll(
            references.map((reference) => ({ from: esme.sender, to: newNumber(), text: 'Habari', reference })),
          );
          await allHaveEnded(kannel, references);
          assertDelivered(kannel, references);
        });

        it('has complained of nothing', () => assert.deepEqual(complaints(kannel), []));
      });
    }

    describe('bound for more', () => {
      const closing = closedAfterSuite();
      let esme: Esme;
      let kannel: Kannel;
      const login = (): KannelLogin => ({ bind: 'transceiver', port: platform.port, ...esme });
      before(async () => {
        esme = await platform.newEsme();
        kannel = closing(await Kannel.start(login()));
      });

      for (const [ending, told] of endings) {
        it(`understands that a message ended ${ending}`, async () => {
          platform.ending = ending;
          try {
            await kannel.send({ from: esme.sender, to: newNumber(), text: 'Habari', reference: ending });
            await eventually('Kannel tells both', () => kannel.told(ending).length >= 2);
          } finally {
            platform.ending = 'delivered';
          }
          assert.deepEqual(kannel.told(ending).sort(), ['accepted', told]);
        });
      }

      it('has a burst of 200 accepted at fifty a second, and none refused', async () => {
        const references = Array.from({ length: 200 }, (_, index) => `burst${index}`);
        const numbers = references.map(newNumber);
        await kannel.sendAll(
          references.map((reference, index) => {
            return { from: esme.sender, to: numbers[index]!, text: `Habari ${index}`, reference };
          }),
        );
        await allHaveEnded(kannel, references);
        assertDelivered(kannel, references);
        assert.deepEqual(
          numbers.map((number) => platform.textsTo(number)),
          numbers.map((_, index) => [`Habari ${index}`]),
        );
      });

      it('is told which number was refused, once and for good', async () => {
        await kannel.send({ from: esme.sender, to: '+25571', text: 'Habari', reference: 'short' });
        await eventually('Kannel tells', () => kannel.told('short').length >= 1);
        assert.deepEqual(kannel.told('short'), ['refused']);
      });

      it('complains of that number and of nothing else', () => {
        const error = 'error code 0x0000000b (Invalid Destination Address)';
        assert.deepEqual(complaints(kannel), [`SMPP[ujumbe]: SMSC returned ${error} in response to submit_sm PDU.`]);
      });

      it('hears what was written while it was away', async () => {
        await kannel.close();
        const from = newNumber();
        await platform.operator.hear(from, esme.sender, 'Upo?');
        kannel = closing(await Kannel.start(login()));
        await eventually('it is heard', () => kannel.inbound().length >= 1);
        assert.deepEqual(kannel.inbound(), [{ from, to: esme.sender, text: 'Upo?' }]);
        assert.deepEqual(complaints(kannel), []);
      });
    });

    describe('with an alphabet of its own for data_coding 0', () => {
      for (const [alphabet, alphabetOfKannel] of alphabets) {
        it(`says and hears ${alphabet}`, async () => {
          const esme = await platform.newEsme();
          await platform.sms.esme.configure(esme.accountId, { alphabet });
          const login: KannelLogin = { bind: 'transceiver', port: platform.port, ...esme, alphabet: alphabetOfKannel };
          const kannel = await Kannel.start(login);
          try {
            const number = newNumber();
            // Of GSM 7-bit, because smsbox lets nothing else through.
            const text = 'Olé @£$ à è ñ';
            await kannel.send({ from: esme.sender, to: number, text, reference: 'said' });
            await eventually('Kannel tells both', () => kannel.told('said').length >= 2);
            assert.deepEqual(platform.textsTo(number), [text]);
            await platform.operator.hear(number, esme.sender, text);
            await eventually('it is heard', () => kannel.inbound().length > 0);
            assert.deepEqual(kannel.inbound(), [{ from: number, to: esme.sender, text }]);
            assert.deepEqual(complaints(kannel), []);
          } finally {
            await kannel.close();
          }
        });
      }
    });

    describe('bound while the server is restarted', () => {
      const closing = closedAfterSuite();

      it('comes back, and neither its messages nor their receipts are lost', async () => {
        const served = closing(await PlatformWithSmpp.open(open));
        const esme = await served.newEsme();
        const kannel = closing(await Kannel.start({ bind: 'transceiver', port: served.port, ...esme }));
        const send = (reference: string): Promise<void> =>
          kannel.send({ from: esme.sender, to: newNumber(), text: 'Habari', reference });
        const references = Array.from({ length: 20 }, (_, index) => `restart${index}`);
        const isAccepted = (reference: string): boolean => kannel.told(reference).includes('accepted');
        served.ending = undefined;
        for (const reference of references.slice(0, 10)) await send(reference);
        await eventually('the first ten are accepted', () => references.slice(0, 10).every(isAccepted));
        await eventually('the operator has them', () => served.operator.submitted.length === 10);
        await served.stopServing();
        for (const message of served.operator.submitted) await served.report(message, 'delivered');
        served.ending = 'delivered';
        for (const reference of references.slice(10)) await send(reference);
        await served.serveAgain();
        await allHaveEnded(kannel, references);
        assertDelivered(kannel, references);
        assert.equal(served.operator.submitted.length, references.length);
        assert.deepEqual(
          complaints(kannel).filter((sentence) => !/connect/i.test(sentence)),
          [],
        );
      });
    });

    describe('with a wrong password', () => {
      it('is refused, gives up for good, and leaves no session', async () => {
        const esme = await platform.newEsme();
        const login: KannelLogin = { bind: 'transceiver', port: platform.port, ...esme, password: 'wrong123' };
        const kannel = await Kannel.start(login, { bound: false });
        try {
          await eventually('Kannel gives up', async () => (await kannel.status())?.includes('(dead,'));
          assert.deepEqual(complaints(kannel), [
            'SMPP[ujumbe]: SMSC rejected login to transmit, code 0x0000000e (Invalid Password).',
          ]);
          assert.deepEqual(platform.sms.esme.sessions(esme.accountId), []);
        } finally {
          await kannel.close();
        }
      });

      it('is bound with the right one afterwards', async () => {
        const esme = await platform.newEsme();
        const login: KannelLogin = { bind: 'transceiver', port: platform.port, ...esme };
        const wrong = await Kannel.start({ ...login, password: 'wrong123' }, { bound: false });
        await eventually('Kannel is refused', () => complaints(wrong).length > 0);
        await wrong.close();
        const right = await Kannel.start(login);
        await right.close();
      });
    });

    describe('when all is said', () => testTheWire(() => capture));
  },
  { on: ['better-sqlite3'] },
);

const patienceMs = 30_000;

async function allHaveEnded(kannel: Kannel, references: readonly string[]): Promise<void> {
  const hasEnded = (reference: string): boolean => kannel.told(reference).length >= 2;
  await eventually('all have ended', () => references.every(hasEnded), patienceMs);
}

/** Kannel tells over several connections at a time, so that the two may come in either order. */
function assertDelivered(kannel: Kannel, references: readonly string[]): void {
  const told = references.map((reference) => kannel.told(reference).sort().join());
  assert.deepEqual(
    told,
    references.map(() => 'accepted,delivered'),
  );
}

/** The sentences in which Kannel is not content, but for those that are no fault of ours. */
function complaints(kannel: Kannel): string[] {
  return kannel
    .log()
    .map((line) => / (?:WARNING|ERROR|PANIC): (.*)/.exec(line)?.[1])
    .filter((sentence) => sentence !== undefined)
    .filter((sentence) => !harmless.some((form) => form.test(sentence)));
}

const harmless = [
  // A response that refuses has no body (SMPP 3.4 §4.4.2 and §4.1.2). Kannel looks for one, and goes on without it.
  /^SMPP: PDU NULL terminated string \((?:message_id|system_id)\) has no NULL\.$/,
  // What waited for its bind is told at once, before its own smsbox has come up.
  /^smsbox_list empty!$/,
];
