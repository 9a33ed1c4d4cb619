import { setTimeout as sleep } from 'node:timers/promises';
import { createSmppServer, type SmppServer, type SmppServerOptions } from '@ujumbe/smpp-adapter';
import type { OutboundMessage, ReceiptState } from '@ujumbe/core';
import { openPlatform, type Platform } from '../../contracts/platform.js';
import { accept, type ScriptedOperator } from '../../contracts/scripted-operator.js';
import type { OpenTestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';

/** What an ESME binds with, and what it may say it is. */
export interface Esme {
  accountId: string;
  systemId: string;
  password: string;
  apiToken: string;
  sender: string;
}

const tenThousandCredits = 10_000_000;
const stopWithinMs = 2_000;
/** A receipt before the answer is parked and looked at seconds later, which other suites prove. */
const takenWithinMs = 100;

let accounts = 0;

/** A started platform whose customers can bind over SMPP on ports of this machine. */
export class PlatformWithSmpp {
  /** How the operator says every message ended, or nothing while a test wants receipts to wait. */
  ending: ReceiptState | undefined = 'delivered';
  port = 0;
  tlsPort = 0;
  readonly #platform: Platform;
  readonly #options: SmppServerOptions;
  #server: SmppServer;

  private constructor(platform: Platform, options: Partial<SmppServerOptions>) {
    this.#platform = platform;
    platform.operator.answer = (message) => {
      if (this.ending) void this.report(message, this.ending);
      return accept(message);
    };
    this.#options = { host: '127.0.0.1', port: 0, ...options };
    this.#server = createSmppServer(platform.sms, this.#options);
  }

  static async open(open: OpenTestDatabase, options: Partial<SmppServerOptions> = {}): Promise<PlatformWithSmpp> {
    const opened = new PlatformWithSmpp(await openPlatform(await open()), options);
    await opened.#platform.sms.start();
    const { port, tlsPort = 0 } = await opened.#server.start();
    return Object.assign(opened, { port, tlsPort });
  }

  get sms(): Platform['sms'] {
    return this.#platform.sms;
  }

  get operator(): ScriptedOperator {
    return this.#platform.operator;
  }

  /** The texts the operator was handed for a number, in order. */
  textsTo(number: string): string[] {
    return this.operator.submitted.filter(({ recipient }) => recipient === number).map(({ text }) => text);
  }

  /** Says how every segment of a message ended, as soon as the platform has heard that it was taken. */
  async report({ id, segments }: Pick<OutboundMessage, 'id' | 'segments'>, ending: ReceiptState): Promise<void> {
    await sleep(takenWithinMs);
    for (let segment = 1; segment <= segments; segment++) await this.operator.receipt(id, ending, { segment });
  }

  /** An account with credit and a sender ID nobody else has, so that what handsets answer is its own. */
  async newEsme({ credits = tenThousandCredits } = {}): Promise<Esme> {
    const sender = `DUKA${++accounts}`;
    const opened = await this.sms.accounts.open({
      name: 'Duka',
      country: 'TZ',
      currency: 'TZS',
      credits,
      sender,
    });
    const { account, smppPassword, apiToken } = opened;
    return { accountId: account.id, systemId: account.teamCode, password: smppPassword, apiToken, sender };
  }

  /** Ends the SMPP server alone, as before an update. */
  async stopServing(): Promise<void> {
    await this.#server.stop({ deadlineMs: stopWithinMs });
  }

  /** Serves again where it served before. */
  async serveAgain(): Promise<void> {
    this.#server = createSmppServer(this.sms, { ...this.#options, port: this.port });
    await this.#server.start();
  }

  async close(): Promise<void> {
    await this.stopServing();
    await this.sms.stop({ deadlineMs: stopWithinMs });
    await assertInvariants(this.#platform.database);
  }
}
