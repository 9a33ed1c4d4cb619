import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createSms, type Logger, type Sms } from '@ujumbe/core';
import { createSmppServer, smppTransport, SmppSession, type SmppServer } from '@ujumbe/smpp-adapter';
import { eventually } from '../../faults/eventually.js';
import { SeededRandom } from '../../faults/seeded-random.js';
import { beHostile, type HostileCounts } from './hostile-esme.js';
import { HostileOperator } from './hostile-operator.js';

/** What a round did. */
export interface RoundCounts extends HostileCounts {
  /** Submits of the customer who behaves, all of them answered. */
  served: number;
}

const hostileConnections = 60;
const atATime = 6;
const patienceMs = 15_000;
const settings = { country: 'TZ', currency: 'TZS', sender: 'DUKA', credits: 1_000_000_000 };

/**
 * A platform between ESMEs and an operator that all speak nonsense, and one customer who does not and has to be served
 * all the while. Everything it draws comes of the seed.
 */
export async function runRound(seed: number): Promise<RoundCounts> {
  const random = new SeededRandom(seed);
  const faults: string[] = [];
  const logger = faultLogger(faults);
  const operator = new HostileOperator(new SeededRandom(seed + 1));
  const transport = smppTransport({
    name: 'operator',
    host: '127.0.0.1',
    port: await operator.listen(),
    systemId: 'ujumbe',
    password: 'secret',
    binds: { kind: 'trx', count: 2 },
    window: 10,
    logger,
    timers: { reconnectMinMs: 1, reconnectMaxMs: 20, responseMs: 200, holdMs: 500, drainMs: 200 },
  });
  const secret = Buffer.alloc(32).toString('base64');
  const sms = await createSms({ database: 'sqlite::memory:', transports: [transport], secret, logger });
  await sms.start();
  const server = createSmppServer(sms, {
    host: '127.0.0.1',
    port: 0,
    logger,
    limits: { segmentsPerSecond: 10_000, refusalDelayMs: [1, 5], offerAgainMs: [20, 200], loginsEveryMs: 100 },
    session: { timers: { sessionInitMs: 300, enquireLinkMs: 300, enquireResponseMs: 300, responseMs: 300 } },
  });
  try {
    const { port } = await server.start();
    const [hostile, good] = [await loginOf(sms, 'Hostile'), await loginOf(sms, 'Good')];
    const customer = await Customer.bound(port, good);
    const counts: HostileCounts = { connections: 0, octets: 0 };
    let left = hostileConnections;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await beHostile(random, port, hostile, counts);
    };
    await customer.while(Promise.all(Array.from({ length: atATime }, lane)));
    await assertWell({ sms, server, operator, customer, accountId: good.accountId });
    assert.deepEqual(faults, [], 'faults in the log');
    await customer.leave();
    return { ...counts, octets: counts.octets + operator.octets, served: customer.served };
  } finally {
    await server.stop({ deadlineMs: 1_000 });
    await sms.stop({ deadlineMs: 500 });
    await operator.close();
  }
}

/** With everybody sane again nothing is left of the others, and what is sent arrives. */
async function assertWell(world: {
  sms: Sms;
  server: SmppServer;
  operator: HostileOperator;
  customer: Customer;
  accountId: string;
}): Promise<void> {
  const { sms, server, operator, customer, accountId } = world;
  operator.isSane = true;
  operator.dropAll();
  await eventually(() => assert.equal(server.counts().connections, 1, 'connections of the hostile'), patienceMs, 20);
  await customer.submit();
  const { accepted } = await sms.send(accountId, { to: '+255712999111', message: 'Habari', lane: 'otp' });
  const id = accepted[0]?.id ?? assert.fail('It was not accepted.');
  await eventually(
    async () => assert.match((await sms.messages.get(accountId, id)).state, /^(submitted|delivered)$/),
    patienceMs,
    20,
  );
}

async function loginOf(sms: Sms, name: string) {
  const { account, smppPassword } = await sms.accounts.open({ name, ...settings });
  return { accountId: account.id, systemId: account.teamCode, password: smppPassword };
}

/** An ESME that behaves, and expects to be answered. */
class Customer {
  served = 0;

  private constructor(private readonly session: SmppSession) {}

  static async bound(port: number, { systemId, password }: { systemId: string; password: string }): Promise<Customer> {
    const session: SmppSession = new SmppSession(connect(port, '127.0.0.1'), {
      role: 'esme',
      timers: { responseMs: patienceMs },
      onRequest: (pdu) => {
        if (pdu.command === 'deliver_sm') session.respond(pdu);
      },
    });
    const { status } = await session.request('bind_transceiver', { system_id: systemId, password });
    assert.equal(status, 0, 'the customer could not bind');
    return new Customer(session);
  }

  async submit(): Promise<void> {
    const addresses = { source_addr: 'DUKA', source_addr_ton: 5, destination_addr: '255712345678', dest_addr_ton: 1 };
    const body = { ...addresses, registered_delivery: 1, short_message: Buffer.from('Habari') };
    const { status } = await this.session.request('submit_sm', body);
    assert.equal(status, 0, 'a submit in order was refused');
    this.served++;
  }

  /** Submits one after the other until the work is done. */
  async while(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const over = work.finally(() => (isDone = true));
    over.catch(() => undefined);
    while (!isDone) {
      await this.submit();
      await pause(5);
    }
    await over;
  }

  async leave(): Promise<void> {
    await this.session.unbind();
  }
}

/** Whatever is logged as an error is a throw that somebody caught. */
function faultLogger(faults: string[]): Logger {
  const ignore = (): void => {};
  const error = (fields: object, message: string): void => {
    const { err, ...others } = fields as { err?: unknown };
    faults.push(`${message} ${JSON.stringify(others)} ${err instanceof Error ? (err.stack ?? err.message) : ''}`);
  };
  return { debug: ignore, info: ignore, warn: ignore, error };
}
