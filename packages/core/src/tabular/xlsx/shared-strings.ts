import { counted, fileInvalid } from '../file-invalid.js';
import type { TableLimits } from '../table.js';
import { escapedText } from './escaped-text.js';
import type { XmlListener } from './xml-feed.js';

const blockBytes = 1024 * 1024;

/**
 * The texts that cells point to. They lie as UTF-8 in large blocks, with eight bytes of index each: as strings of their
 * own, a million short names would take several times the memory.
 */
export class SharedStrings implements XmlListener {
  private readonly blocks: Buffer[] = [];
  private starts = new Uint32Array(1_024);
  private lengths = new Uint32Array(1_024);
  private count = 0;
  private end = 0;
  private readonly pieces = new TextPieces();
  private characters = 0;

  constructor(private readonly limits: TableLimits) {}

  /** The text at an index, or undefined when there is none. */
  get(index: number): string | undefined {
    const start = this.starts[index];
    const length = this.lengths[index];
    if (start === undefined || length === undefined || index >= this.count) return undefined;
    const within = start % blockBytes;
    return this.blocks[Math.floor(start / blockBytes)]?.toString('utf8', within, within + length);
  }

  open(name: string): void {
    if (name === 'si') this.characters = 0;
    this.pieces.open(name);
  }

  text(text: string): void {
    this.characters += text.length;
    if (this.characters > this.limits.maxCellCharacters * 8) throw this.tooLong();
    this.pieces.text(text);
  }

  close(name: string): void {
    this.pieces.close(name);
    if (name === 'si') this.add(escapedText(this.pieces.take()));
  }

  private add(text: string): void {
    if (text.length > this.limits.maxCellCharacters) throw this.tooLong();
    const bytes = Buffer.byteLength(text);
    const room = blockBytes - (this.end % blockBytes);
    if (bytes > room) this.end += room;
    if (this.end + bytes > this.limits.maxSharedBytes || this.count >= this.limits.maxSharedStrings) {
      throw fileInvalid(
        `The workbook has more text than can be read from it (${counted(this.limits.maxSharedStrings)} texts, ${counted(Math.floor(this.limits.maxSharedBytes / 1024 ** 2))} MB): split it, or save the sheet as .csv and send that.`,
      );
    }
    this.grow();
    const block = Math.floor(this.end / blockBytes);
    (this.blocks[block] ??= Buffer.allocUnsafeSlow(blockBytes)).write(text, this.end % blockBytes);
    this.starts[this.count] = this.end;
    this.lengths[this.count++] = bytes;
    this.end += bytes;
  }

  private grow(): void {
    if (this.count < this.starts.length) return;
    this.starts = enlarged(this.starts);
    this.lengths = enlarged(this.lengths);
  }

  private tooLong(): Error {
    return fileInvalid(
      `The workbook has a cell longer than ${counted(this.limits.maxCellCharacters)} characters: shorten it.`,
    );
  }
}

function enlarged(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/** Puts the runs of a text together and leaves out how it is pronounced, which Japanese workbooks add. */
export class TextPieces {
  private said = '';
  private inText = false;
  private phonetics = 0;

  open(name: string): void {
    if (name === 't') this.inText = this.phonetics === 0;
    else if (name === 'rPh') this.phonetics++;
  }

  text(text: string): void {
    if (this.inText) this.said += text;
  }

  close(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.phonetics--;
  }

  take(): string {
    const { said } = this;
    this.said = '';
    return said;
  }
}
