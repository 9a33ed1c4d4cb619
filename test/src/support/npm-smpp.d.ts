/** As much of npm's smpp 0.5 as is used here; the package has no types of its own. */
declare module 'smpp' {
  interface Pdu {
    command_status: number;
    source_addr: string;
    destination_addr: string;
    short_message: { message: string };
    response(fields?: object): Pdu;
  }
  interface Session {
    on(event: 'bind_transceiver' | 'submit_sm', listener: (pdu: Pdu) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    send(pdu: Pdu): boolean;
    bind_transceiver(fields: object, answered: (pdu: Pdu) => void): void;
    submit_sm(fields: object, answered: (pdu: Pdu) => void): void;
    deliver_sm(fields: object, answered: (pdu: Pdu) => void): void;
    close(): void;
  }
  interface Server {
    listen(port: number, host: string, listening: () => void): this;
    address(): { port: number };
    close(): void;
  }
  export function connect(url: string, connected: () => void): Session;
  export function createServer(connected: (session: Session) => void): Server;
}
