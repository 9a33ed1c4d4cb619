import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { UploadedFile, Uploads } from '@ujumbe/core';
import type { RequestHeaders } from './request-headers.js';
import { RequestRefused } from './request-refused.js';

/** A form as it was sent: its texts, and its file on disk. Whoever reads it releases the file. */
export interface UploadForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: UploadedFile;
}

const maxFields = 20;
const maxFieldBytes = 64 * 1024;
/** Headers of one part: a name, a file's name and a type. */
const maxHeaderBytes = 16 * 1024;
/** What a form may have beside its file. */
const maxOtherBytes = maxFields * (maxFieldBytes + maxHeaderBytes);

/**
 * Reads a form with one file, which goes to disk as it comes. When a form is refused nothing is left of its file, and
 * what its sender is still sending is read away, so that he gets to hear why.
 *
 * @throws RequestRefused 400, 413 and 415
 */
export async function readUpload(
  request: IncomingMessage & { body?: unknown },
  limitBytes: number,
  uploads: Uploads,
): Promise<UploadForm> {
  assertForm(request.headers);
  const reader = new FormReader(unreadBody(request), request.headers, limitBytes, uploads);
  return reader.read();
}

function assertForm(headers: RequestHeaders): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unsupported('the request body must not be compressed');
  if (!/^multipart\/form-data\s*;.*\bboundary=/is.test(String(headers['content-type'] ?? ''))) {
    throw unsupported('Content-Type must be multipart/form-data with a boundary, and the file one of its parts');
  }
}

const unsupported = (sentence: string): RequestRefused => new RequestRefused(415, 'unsupported_media_type', sentence);
const invalid = (sentence: string): RequestRefused => new RequestRefused(400, 'invalid_request', sentence);

/** A parser of the host's that takes every type may have read the body, and left it as bytes. */
function unreadBody(request: IncomingMessage & { body?: unknown }): Readable {
  if (!request.readableEnded) return request;
  if (Buffer.isBuffer(request.body)) return Readable.from([request.body], { objectMode: false });
  throw invalid('the application has read this form already; its parser of forms must come after the SMS API');
}

class FormReader {
  readonly #fields: Record<string, string> = {};
  readonly #busboy: BusboyInstance;
  #content: BusboyFileStream | undefined;
  #receiving: Promise<UploadedFile> | undefined;
  #refused: Error | undefined;
  #bytes = 0;
  #resolve: (form: UploadForm) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(
    private readonly source: Readable,
    headers: RequestHeaders,
    private readonly limitBytes: number,
    private readonly uploads: Uploads,
  ) {
    this.#busboy = new Busboy({
      headers: headers as BusboyHeaders,
      limits: {
        fieldNameSize: 100,
        fieldSize: maxFieldBytes,
        fields: maxFields,
        parts: maxFields + 5,
        fileSize: limitBytes,
        headerPairs: 20,
        headerSize: maxHeaderBytes,
      },
      isPartAFile: (name, type, fileName) =>
        fileName !== undefined || name === 'file' || type === 'application/octet-stream',
    });
  }

  read(): Promise<UploadForm> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#busboy
        .on('file', (name, content, fileName) => this.#file(name, content, fileName))
        .on('field', (name, value, _isNameCut, isCut) => this.#field(name, value, isCut))
        .on('fieldsLimit', () => this.#refuse(invalid(`the form has more than ${maxFields} fields`)))
        .on('partsLimit', () => this.#refuse(invalid('the form has too many parts')))
        .on('error', () => this.#refuse(invalid('the form is cut off or is not multipart/form-data as its type says')))
        .on('finish', () => void this.#finish());
      // Nobody is left to read the answer; this only lets the request end. A stream closes after its end too.
      const cutOff = (): void => {
        if (!this.source.readableEnded) this.#refuse(invalid('the request was cut off'), true);
      };
      this.source.on('error', cutOff).on('close', cutOff);
      // Counted apart from the file: parts that the parser passes over may be of any length.
      this.source.on('data', (chunk: Buffer) => {
        this.#bytes += chunk.length;
        if (this.#bytes > this.limitBytes + maxOtherBytes) this.#refuse(tooLarge(this.limitBytes));
      });
      if (this.source.destroyed) cutOff();
      else this.source.pipe(this.#busboy);
    });
  }

  #file(field: string | undefined, content: BusboyFileStream, fileName: string | undefined): void {
    content.on('error', () => undefined);
    // A field for a file in which none was chosen.
    if (this.#refused !== undefined || (fileName === '' && field !== 'file')) {
      content.resume();
      return;
    }
    if (this.#receiving) {
      content.resume();
      this.#refuse(invalid('the form has more than one file; send one at a time'));
      return;
    }
    this.#content = content;
    content.on('limit', () => this.#refuse(tooLarge(this.limitBytes)));
    this.#receiving = this.uploads.receive(content, fileName ?? null);
    this.#receiving.catch((error: unknown) => this.#refuse(error as Error));
  }

  #field(name: string | undefined, value: string, isCut: boolean): void {
    if (this.#refused) return;
    if (name === undefined || name === '') this.#refuse(invalid('a part of the form has no name'));
    else if (isCut) this.#refuse(invalid(`${name.slice(0, 60)} is longer than ${maxFieldBytes} bytes`));
    else if (Object.hasOwn(this.#fields, name)) this.#refuse(invalid(`${name.slice(0, 60)} is given twice`));
    // Defined, not assigned: `__proto__` is an unknown field like another.
    else Object.defineProperty(this.#fields, name, { value, enumerable: true });
  }

  async #finish(): Promise<void> {
    if (this.#refused) return;
    if (!this.#receiving) {
      this.#refuse(invalid('file is required: send the file as a part of the form with this name'));
      return;
    }
    // What goes wrong with the file refuses the form. Whoever refused it meanwhile has been the first to settle this.
    const file = await this.#receiving.catch(() => undefined);
    if (file) this.#resolve({ fields: this.#fields, file });
  }

  /** Lets the file go, reads away what still comes, and then says why. */
  #refuse(error: Error, isOver = false): void {
    if (this.#refused) return;
    this.#refused = error;
    const { source } = this;
    source.unpipe(this.#busboy);
    this.#content?.destroy(error);
    if (isOver || source.readableEnded) {
      void this.#end(error);
      return;
    }
    const bytesBefore = this.#bytes;
    source.on('data', () => {
      if (this.#bytes - bytesBefore > this.limitBytes) void this.#end(hangingUp(error));
    });
    source.on('end', () => void this.#end(error));
    source.on('close', () => void this.#end(error));
    source.resume();
  }

  async #end(error: Error): Promise<void> {
    const file = await this.#receiving?.catch(() => undefined);
    if (file) await this.uploads.release(file);
    this.#reject(error);
  }
}

function tooLarge(limitBytes: number): RequestRefused {
  return new RequestRefused(413, 'payload_too_large', `the file is larger than ${limitBytes} bytes`);
}

/** Its sender has been listened to for long enough. */
function hangingUp(error: Error): Error {
  if (!(error instanceof RequestRefused)) return error;
  return new RequestRefused(error.status, error.code, error.message, { ...error.headers, connection: 'close' });
}
