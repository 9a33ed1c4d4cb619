import assert from 'node:assert/strict';
import { newNumber } from '../../contracts/platform.js';
import { describeOnDatabases } from '../../support/databases.js';
import { Capture } from './capture.js';
import { closedAfterSuite } from './closed-after-suite.js';
import { skipWithoutPeers } from './installed-peers.js';
import { NetSmpp, type NetSmppFields, type NetSmppPdu } from './net-smpp.js';
import { PlatformWithSmpp, type Esme } from './platform-with-smpp.js';
import { testTheWire } from './wire-check.js';

export const binds = ['bind_transmitter', 'bind_receiver', 'bind_transceiver'] as const;
export const ok = 'ESME_ROK';

/** A platform and the ESMEs that are connected to it. */
export interface NetSmppWorld {
  readonly platform: PlatformWithSmpp;
  /** Ended after the test. */
  readonly connect: () => NetSmpp;
  /** A connection that has bound; as a transceiver unless said otherwise. */
  readonly bind: (esme: Esme, how?: (typeof binds)[number]) => Promise<NetSmpp>;
}

const version = 0x34;

/** Declares a suite of what a customer's Net::SMPP does, which must end with nothing amiss on the wire. */
export function describeNetSmpp(title: string, suite: (world: NetSmppWorld) => void): void {
  describeOnDatabases(
    `Net::SMPP ${title}`,
    (open) => {
      const closing = closedAfterSuite();
      let platform: PlatformWithSmpp;
      let capture: Capture | undefined;
      const peers = new Set<NetSmpp>();
      const warnings: string[] = [];

      before(skipWithoutPeers);
      before(async () => {
        // Offered again sooner than customers would like, so that a test need not wait for it.
        const limits = { offerAgainMs: [200, 1_000] as const, refusalDelayMs: [50, 100] as const };
        platform = closing(await PlatformWithSmpp.open(open, { limits }));
        capture = await Capture.start(platform.port);
        if (capture) closing(capture);
      });
      afterEach(async () => {
        for (const peer of peers) {
          await peer.close();
          warnings.push(...peer.warnings);
        }
        peers.clear();
      });

      const connect = (): NetSmpp => {
        const peer = NetSmpp.connect(platform.port);
        peers.add(peer);
        return peer;
      };
      suite({
        get platform() {
          return platform;
        },
        connect,
        bind: async (esme, how = 'bind_transceiver') => {
          const peer = connect();
          const { status } = await peer.call(how, loginOf(esme));
          assert.equal(status, ok);
          return peer;
        },
      });

      // Mocha runs a suite's own tests before those of the suites in it.
      describe('when all is said', () => {
        it('has understood every PDU and every TLV', () => assert.deepEqual(warnings, []));
        testTheWire(() => capture);
      });
    },
    { on: ['better-sqlite3'] },
  );
}

export const loginOf = ({ systemId, password }: Pick<Esme, 'systemId' | 'password'>): NetSmppFields => ({
  system_id: systemId,
  password,
  interface_version: version,
});

/** A submit that is in order, and that nothing is told of. */
export const submit = (esme: Esme, changes: NetSmppFields = {}): NetSmppFields => ({
  source_addr_ton: 5,
  source_addr: esme.sender,
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: newNumber().slice(1),
  short_message: 'Habari',
  ...changes,
});

/** The id a submission was accepted under: decimal, so that it survives what ESMEs do to ids. */
export function idOf({ status, fields }: NetSmppPdu): string {
  assert.equal(status, ok);
  assert.match(String(fields.message_id), /^[1-9]\d{9,17}$/);
  return String(fields.message_id);
}

/** This time tomorrow, as SMPP writes it. */
export function tomorrow(): string {
  const digits = new Date(Date.now() + 86_400_000).toISOString().replace(/\D/g, '');
  return `${digits.slice(2, 14)}000+`;
}
