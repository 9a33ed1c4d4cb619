import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';
import { asFileInvalid, fileInvalid } from '../file-invalid.js';

export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** What a reader of one part listens to. Names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: XmlAttributes): void;
  text(text: string): void;
  close(name: string): void;
}

const damaged = 'The workbook is damaged: save it again, as .xlsx, and send the new file.';
const maxDepth = 64;

/**
 * Reads one XML part, chunk by chunk. The parser itself would keep a text, a comment or a tag in memory however long it
 * is, and elements however deep; so what comes without an event between is counted, and so is the depth. A document
 * type declaration, where bombs of entities are made, has no place in a workbook.
 */
export class XmlFeed {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private decoder: StringDecoder | undefined;
  private quietCharacters = 0;
  private depth = 0;

  /** @param maxQuietCharacters how much may come without an element that begins or ends. */
  constructor(
    listener: XmlListener,
    private readonly maxQuietCharacters: number,
  ) {
    this.parser.on('opentag', ({ name, attributes }) => {
      this.quietCharacters = 0;
      if (++this.depth > maxDepth) throw fileInvalid(damaged, { cause: new Error('elements too deep') });
      listener.open(localName(name), attributes);
    });
    this.parser.on('closetag', ({ name }) => {
      this.quietCharacters = 0;
      this.depth--;
      listener.close(localName(name));
    });
    this.parser.on('text', (text) => listener.text(text));
    this.parser.on('cdata', (text) => listener.text(text));
    this.parser.on('doctype', () => {
      throw fileInvalid(
        'The workbook has a document type declaration, as no spreadsheet program writes: save it again, as .xlsx.',
      );
    });
  }

  write(chunk: Buffer): void {
    if (this.decoder !== undefined) {
      this.parse(this.decoder.write(chunk));
      return;
    }
    this.decoder = new StringDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf16le' : 'utf8');
    this.parse(this.decoder.write(chunk).replace(/^\ufeff/, ''));
  }

  end(): void {
    this.parse(this.decoder?.end() ?? '');
    this.run(() => this.parser.close());
  }

  private parse(text: string): void {
    this.run(() => this.parser.write(text));
    this.quietCharacters += text.length;
    if (this.quietCharacters > this.maxQuietCharacters) {
      throw fileInvalid('The workbook has a cell longer than any that is allowed: shorten it.');
    }
  }

  private run(parse: () => void): void {
    try {
      parse();
    } catch (error) {
      throw asFileInvalid(error, damaged);
    }
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
