import { close, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const readFile = promisify(read);

const defaultChunkBytes = 64 * 1024;

/** A file read by position, so that several readers share it and none moves another's place. */
export class FileSource {
  private constructor(
    private readonly descriptor: number,
    private readonly owned: boolean,
    readonly sizeBytes: number,
  ) {}

  /** Opens a path, or takes a descriptor that its owner goes on owning. */
  static async open(source: string | number): Promise<FileSource> {
    const descriptor = typeof source === 'number' ? source : await openFile(source, 'r');
    const owned = typeof source === 'string';
    try {
      return new FileSource(descriptor, owned, (await statFile(descriptor)).size);
    } catch (error) {
      if (owned) await closeFile(descriptor);
      throw error;
    }
  }

  /** Fills a buffer from a place on; fewer bytes come back only at the end of the file. */
  async read(buffer: Buffer, position: number): Promise<Buffer> {
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await readFile(this.descriptor, buffer, filled, buffer.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  /** The bytes between two places, in chunks of one size; only the last may be shorter. */
  async *chunks(
    start: number,
    end: number,
    signal?: AbortSignal,
    chunkBytes = defaultChunkBytes,
  ): AsyncGenerator<Buffer, void, undefined> {
    for (let at = start; at < end;) {
      signal?.throwIfAborted();
      const chunk = await this.read(Buffer.allocUnsafe(Math.min(chunkBytes, end - at)), at);
      if (chunk.length === 0) return;
      at += chunk.length;
      yield chunk;
    }
  }

  async close(): Promise<void> {
    if (this.owned) await closeFile(this.descriptor);
  }
}
