import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  decodePdu,
  encodePdu,
  FrameReader,
  tlvValue,
  type AnyPdu,
  type BindName,
  type BodyInput,
  type CommandName,
  type Pdu,
  type PduInput,
  type RequestName,
  type ResponseName,
  type Tlv,
} from '@ujumbe/smpp-adapter';
import { eventually } from '../../contracts/eventually.js';

const open = new Set<Esme>();

/** An ESME that speaks octets and does what the test says. It answers deliver_sm as `answer` tells it to. */
export class Esme {
  /** All it has been sent, in order. */
  readonly received: AnyPdu[] = [];
  readonly deliveries: Pdu<'deliver_sm'>[] = [];
  isClosed = false;
  hasEnded = false;
  /** What a deliver_sm is answered with; undefined leaves it without an answer. */
  answer: (pdu: Pdu<'deliver_sm'>) => number | undefined = () => 0;
  answersEnquireLink = true;
  answersUnbind = true;
  #sequence = 0;

  private constructor(readonly socket: Socket) {
    const reader = new FrameReader({ maxLength: 1 << 20 });
    socket.on('data', (chunk: Buffer) => {
      reader.read(chunk, (buffer, start, length) =>
        this.#take(decodePdu(Buffer.from(buffer.subarray(start, start + length)))),
      );
    });
    socket.on('end', () => {
      this.hasEnded = true;
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
    open.add(this);
  }

  /** Connects, writing something first, or speaks over a connection that is being made. */
  static async connect(
    port: number,
    { tls = false, first, over }: { tls?: boolean; first?: Buffer; over?: TLSSocket } = {},
  ): Promise<Esme> {
    const to = { port, host: '127.0.0.1' };
    const socket = over ?? (tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to));
    await once(socket, tls || over ? 'secureConnect' : 'connect');
    socket.setNoDelay(true);
    if (first) socket.write(first);
    return new Esme(socket);
  }

  /** Connects and binds; the bind has to succeed. */
  static async bound(
    port: number,
    login: { systemId: string; password: string },
    { as = 'bind_transceiver', tls = false }: { as?: BindName; tls?: boolean } = {},
  ): Promise<Esme> {
    const esme = await Esme.connect(port, { tls });
    const response = await esme.bind(login, as);
    assert.equal(response.status, 0, `${as} was refused`);
    return esme;
  }

  static async closeAll(): Promise<void> {
    for (const esme of open) await esme.close();
    open.clear();
  }

  bind(
    { systemId, password }: { systemId: string; password: string },
    as: BindName = 'bind_transceiver',
    body: BodyInput<BindName> = {},
  ): Promise<AnyPdu> {
    return this.responseTo(this.send(as, { system_id: systemId, password, interface_version: 0x34, ...body }));
  }

  send<C extends CommandName>(command: C, body?: BodyInput<C>, tlvs?: readonly Tlv[]): number {
    const sequence = ++this.#sequence;
    this.write(command, { sequence, body, tlvs });
    return sequence;
  }

  write<C extends CommandName>(command: C, input: PduInput<C>): void {
    this.socket.write(encodePdu(command, input));
  }

  /** Sends a request and resolves with its response. */
  async ask<C extends RequestName>(
    command: C,
    body?: BodyInput<C>,
    tlvs?: readonly Tlv[],
  ): Promise<Pdu<ResponseName<C>>> {
    return (await this.responseTo(this.send(command, body, tlvs))) as unknown as Pdu<ResponseName<C>>;
  }

  responseTo(sequence: number): Promise<AnyPdu> {
    return this.until('a response', () =>
      this.received.find(
        (pdu) => pdu.sequence === sequence && (pdu.command.endsWith('_resp') || pdu.command === 'generic_nack'),
      ),
    );
  }

  /** The status of a submit_sm of this text, or of these fields. */
  async submit(body: Partial<BodyInput<'submit_sm'>>, tlvs?: readonly Tlv[]): Promise<Pdu<'submit_sm_resp'>> {
    return this.ask('submit_sm', submitBody(body), tlvs);
  }

  delivery(index = 0): Promise<Pdu<'deliver_sm'>> {
    return this.until(`delivery ${index}`, () => this.deliveries[index]);
  }

  async closed(): Promise<void> {
    await this.until('the connection closes', () => this.isClosed);
  }

  async close(): Promise<void> {
    this.socket.destroy();
    await this.closed();
  }

  async until<T>(what: string, look: () => T | Promise<T>): Promise<Exclude<T, undefined | false | null>> {
    return eventually(what, look);
  }

  #take(pdu: AnyPdu): void {
    this.received.push(pdu);
    const { sequence } = pdu;
    switch (pdu.command) {
      case 'deliver_sm': {
        this.deliveries.push(pdu);
        const status = this.answer(pdu);
        if (status !== undefined) this.write('deliver_sm_resp', { sequence, status, body: {} });
        break;
      }
      case 'enquire_link':
        if (this.answersEnquireLink) this.write('enquire_link_resp', { sequence });
        break;
      case 'unbind':
        if (this.answersUnbind) this.write('unbind_resp', { sequence });
        break;
    }
  }
}

/** A submit_sm that is in order. */
export const submitBody = (body: Partial<BodyInput<'submit_sm'>> = {}): BodyInput<'submit_sm'> => ({
  source_addr_ton: 5,
  source_addr: 'DUKA',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  short_message: Buffer.from('Habari', 'latin1'),
  registered_delivery: 1,
  ...body,
});

export const textOf = ({ body }: Pdu<'deliver_sm'>): string => Buffer.from(body.short_message).toString('latin1');

export const receiptedId = ({ tlvs }: Pdu<'deliver_sm'>): string | undefined => tlvValue(tlvs, 'receipted_message_id');
