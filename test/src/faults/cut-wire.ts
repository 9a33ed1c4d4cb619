import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Wire {
  near: Socket;
  far: Socket;
}

/**
 * A wire to a database that can be cut: a TCP proxy. What makes a cut hard to survive is when it comes: after the
 * database has done what it was asked and before it was heard to say so.
 */
export class CutWire {
  readonly #server: Server;
  readonly #wires = new Set<Wire>();
  #isDeaf: () => boolean = () => false;

  private constructor(private readonly target: URL) {
    this.#server = createServer((near) => this.#join(near));
  }

  static async to(url: string): Promise<CutWire> {
    const wire = new CutWire(new URL(url));
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  /** The database's URL by way of this wire. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Asked at each answer of the database: true loses the answer and cuts the connection. */
  loseAnswers(isDeaf: () => boolean): void {
    this.#isDeaf = isDeaf;
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#wires) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    const wire = { near, far };
    this.#wires.add(wire);
    const cut = (): void => {
      this.#wires.delete(wire);
      near.destroy();
      far.destroy();
    };
    for (const end of [near, far]) {
      end.setNoDelay(true);
      end.on('error', cut);
      end.on('close', cut);
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      if (this.#isDeaf()) cut();
      else near.write(chunk);
    });
  }
}
