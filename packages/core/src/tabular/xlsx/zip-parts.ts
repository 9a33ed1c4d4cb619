import { PassThrough, Readable, pipeline, type Transform } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { RandomAccessReader, fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl';
import { asFileInvalid, counted, fileInvalid } from '../file-invalid.js';
import type { FileSource } from '../file-source.js';
import type { TableLimits } from '../table.js';

const damaged = 'The file is damaged or was not sent whole: save the workbook again, as .xlsx, and send the new file.';
const inflatedChunkBytes = 64 * 1024;
/** A small part may be packed as tightly as it likes. */
const ratioFreeBytes = 1024 * 1024;

/** The parts of a workbook by name. Nothing is unpacked before it was found to be of a bearable size. */
export class ZipParts {
  private readonly admitted = new Set<string>();
  private inflatedBytes = 0;

  private constructor(
    private readonly file: FileSource,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: TableLimits,
  ) {}

  static async open(file: FileSource, limits: TableLimits, signal?: AbortSignal): Promise<ZipParts> {
    try {
      const zip = await openZip(file);
      return new ZipParts(file, zip, await readDirectory(zip, limits, signal), limits);
    } catch (error) {
      throw asFileInvalid(error, damaged, signal);
    }
  }

  /** Names are compared without regard to case, as the format wants it. */
  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  names(): IterableIterator<string> {
    return this.entries.keys();
  }

  /** Unpacks a part in chunks, and checks its length and its CRC at the end. */
  async *read(name: string, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const entry = this.entries.get(name.toLowerCase());
    if (entry === undefined) throw fileInvalid(damaged, { cause: new Error(`no part ${name}`) });
    this.admit(entry);
    try {
      yield* this.unpack(entry, signal);
    } catch (error) {
      throw asFileInvalid(error, damaged, signal);
    }
  }

  private async *unpack(entry: Entry, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const { fileDataStart } = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = Readable.from(this.file.chunks(fileDataStart, fileDataStart + entry.compressedSize, signal));
    const inflate: Transform =
      entry.compressionMethod === 0 ? new PassThrough() : createInflateRaw({ chunkSize: inflatedChunkBytes });
    // Errors reach whoever iterates; the callback only keeps them from being thrown a second time.
    pipeline(packed, inflate, () => {});
    let bytes = 0;
    let checksum = 0;
    try {
      for await (const chunk of inflate as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > entry.uncompressedSize) break;
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } finally {
      inflate.destroy();
      packed.destroy();
    }
    if (bytes !== entry.uncompressedSize || checksum !== entry.crc32) throw new Error('wrong length or CRC');
  }

  private admit(entry: Entry): void {
    if (this.admitted.has(entry.fileName)) return;
    const { maxInflatedBytes, maxRatio } = this.limits;
    const { compressedSize, uncompressedSize, compressionMethod } = entry;
    if (entry.isEncrypted()) {
      throw fileInvalid('The workbook is encrypted: save it without a password.');
    }
    if (compressionMethod !== 0 && compressionMethod !== 8) {
      throw fileInvalid(damaged, { cause: new Error(`compression method ${compressionMethod}`) });
    }
    this.inflatedBytes += uncompressedSize;
    if (uncompressedSize > ratioFreeBytes && uncompressedSize > compressedSize * maxRatio) {
      throw fileInvalid(
        `The file unpacks to more than ${counted(maxRatio)} times its size, as no sheet does: copy the rows into a new workbook and send that.`,
      );
    }
    if (this.inflatedBytes > maxInflatedBytes) {
      throw fileInvalid(
        `The workbook unpacks to more than ${counted(Math.floor(maxInflatedBytes / 1024 ** 2))} MB: split it, or save the sheet as .csv and send that.`,
      );
    }
    this.admitted.add(entry.fileName);
  }
}

/** yauzl reads by position through this; a place outside the file is an error and not a throw inside a callback. */
class FileReader extends RandomAccessReader {
  constructor(private readonly file: FileSource) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (!(position >= 0 && position + length <= this.file.sizeBytes)) {
      setImmediate(callback, new Error('a place outside the file'));
      return;
    }
    this.file.read(buffer.subarray(offset, offset + length), position).then(
      // Out of the promise, so that what yauzl throws is not lost in it.
      ({ length: bytesRead }) => setImmediate(callback, null, bytesRead),
      (error: unknown) => setImmediate(callback, error as Error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.file.chunks(start, end));
  }
}

function openZip(file: FileSource): Promise<ZipFile> {
  const options = { autoClose: false, validateEntrySizes: true, strictFileNames: false };
  return fromRandomAccessReaderPromise(new FileReader(file), file.sizeBytes, options);
}

/** The entries by lower-case name. Twice the same name is how one reader is shown another sheet than the next. */
async function readDirectory(zip: ZipFile, limits: TableLimits, signal?: AbortSignal): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.maxEntries) {
    throw fileInvalid(
      `The workbook has ${counted(zip.entryCount)} files inside and ${counted(limits.maxEntries)} are allowed: copy the rows into a new workbook and send that.`,
    );
  }
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    const name = entry.fileName.toLowerCase();
    if (entries.has(name)) throw fileInvalid(damaged, { cause: new Error(`twice ${name}`) });
    entries.set(name, entry);
  }
  return entries;
}
