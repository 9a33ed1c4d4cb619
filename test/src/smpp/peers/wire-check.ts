import assert from 'node:assert/strict';
import { skipBecause } from '../../support/skip.js';
import type { Capture, Captured, CapturedPdu } from './capture.js';

const responseBit = 0x80000000;
const genericNack = 0x80000000;
const readWithinMs = 60_000;

/** Declares the test that ends a suite: what the suite has put on the wire, as tshark reads it. */
export function testTheWire(captured: () => Capture | undefined): void {
  it('had nothing on the wire that tshark finds fault with, and answered every request once', async function () {
    this.timeout(readWithinMs);
    const capture = captured();
    if (!capture) skipBecause(this, 'dumpcap may not look at the wire, which takes root');
    const wire = await capture.read();
    assert.ok(wire.pdus.length > 0, 'tshark sees what was said');
    assert.deepEqual(wire.faults, []);
    assert.deepEqual(answersAmiss(wire), []);
  });
}

interface Exchange {
  connection: number;
  asked: string[];
  answered: string[];
}

/** Requests of the peer not answered just once, answers of ours that nobody asked for, and numbers we used twice. */
function answersAmiss({ pdus }: Captured): string[] {
  // What we answer by a generic_nack, tshark does not take for SMPP either, nor what comes behind it.
  const nonsense = new Set(pdus.filter(({ id, isOurs }) => isOurs && id === genericNack).map((pdu) => pdu.connection));
  const exchanges = new Map<string, Exchange>();
  const ours = new Set<string>();
  const amiss: string[] = [];
  for (const pdu of pdus) {
    const { connection, sequence, isOurs, id } = pdu;
    const key = `connection ${connection} sequence ${sequence}`;
    if (isOurs && !isResponse(pdu)) {
      if (ours.has(key)) amiss.push(`${key}: used twice by us`);
      ours.add(key);
    }
    if (isOurs !== isResponse(pdu)) continue;
    const exchange = exchanges.get(key) ?? { connection, asked: [], answered: [] };
    exchanges.set(key, exchange);
    if (isOurs) exchange.answered.push(commandOf(id));
    else exchange.asked.push(commandOf(id));
  }
  for (const [key, { connection, asked, answered }] of exchanges) {
    if (!nonsense.has(connection) && !isMatched(asked, answered))
      amiss.push(`${key}: asked ${asked.join()}, answered ${answered.join()}`);
  }
  return amiss;
}

const isResponse = ({ id }: CapturedPdu): boolean => id >= responseBit;

/** The request that a response answers, in hexadecimal digits. */
const commandOf = (id: number): string => (id % responseBit).toString(16);

const isMatched = (asked: readonly string[], answered: readonly string[]): boolean => asked.join() === answered.join();
