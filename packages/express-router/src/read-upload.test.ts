import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { UploadedFile, Uploads } from '@ujumbe/core';
import { readUpload } from './read-upload.js';
import { RequestRefused } from './request-refused.js';

const limitBytes = 1_000;

/** Keeps files in memory, as a folder keeps them. */
class MemoryUploads implements Uploads {
  readonly files = new Map<string, string>();
  failing: Error | undefined;

  async receive(content: Readable, name: string | null = null): Promise<UploadedFile> {
    if (this.failing) {
      content.destroy();
      throw this.failing;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(chunk as Buffer);
    const id = String(this.files.size + 1);
    this.files.set(id, Buffer.concat(chunks).toString());
    return { id, name, sizeBytes: 0, sha256: '', folderId: '' };
  }

  release({ id }: UploadedFile): Promise<void> {
    this.files.delete(id);
    return Promise.resolve();
  }
}

const part = (disposition: string, content: string): string =>
  `--x\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
const file = part('name="file"; filename="a.csv"', 'simu');

function request(
  chunks: (string | Buffer)[],
  headers: Record<string, string> = {},
): IncomingMessage & { body?: unknown } {
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const all = { 'content-type': 'multipart/form-data; boundary=x', ...headers };
  return Object.assign(stream, { headers: all }) as unknown as IncomingMessage;
}

describe('forms with a file', () => {
  let uploads: MemoryUploads;
  beforeEach(() => (uploads = new MemoryUploads()));
  const read = (from: IncomingMessage & { body?: unknown }) => readUpload(from, limitBytes, uploads);

  async function refused(from: IncomingMessage & { body?: unknown }): Promise<RequestRefused> {
    const error = await read(from).then(
      () => assert.fail('it was not refused'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof RequestRefused, String(error));
    assert.equal(uploads.files.size, 0, 'something is left of the file');
    return error;
  }

  it('are read wherever they are cut', async () => {
    const form = Buffer.from(`${part('name="merge"', 'skip')}${file}${part('name="__proto__"', 'é')}--x--\r\n`);
    for (let at = 0; at < form.length; at++) {
      const { fields, file: received } = await read(request([form.subarray(0, at), form.subarray(at)]));
      assert.deepEqual(Object.entries(fields), [
        ['merge', 'skip'],
        ['__proto__', 'é'],
      ]);
      assert.deepEqual([received.name, uploads.files.get(received.id)], ['a.csv', 'simu']);
      uploads.files.clear();
    }
  });

  it('are taken from a parser that left them as bytes, and from no other', async () => {
    const bytes = request([]);
    await bytes.resume().toArray();
    bytes.body = Buffer.from(`${file}--x--`);
    assert.equal((await read(bytes)).file.name, 'a.csv');
    uploads.files.clear();
    const parsed = request([]);
    await parsed.resume().toArray();
    parsed.body = { merge: 'skip' };
    assert.match((await refused(parsed)).message, /has read this form already/);
  });

  it('are refused wherever they are cut off', async () => {
    const form = `${file}${part('name="merge"', 'skip')}`;
    for (let at = 0; at < form.length; at++) {
      assert.equal((await refused(request([form.slice(0, at)]))).status, 400);
    }
  });

  it('are refused when their sender leaves', async () => {
    const leaving = new Readable({ read: () => undefined });
    const from = Object.assign(leaving, { headers: { 'content-type': 'multipart/form-data; boundary=x' } });
    const reading = refused(from as unknown as IncomingMessage);
    leaving.push(file.slice(0, -10));
    setImmediate(() => leaving.destroy());
    assert.match((await reading).message, /cut off/);
    assert.match((await refused(from as unknown as IncomingMessage)).message, /cut off/);
  });

  it('are refused for a file above the limit, after their sender was heard out', async () => {
    const large = part('name="file"; filename="a.csv"', 'x'.repeat(1_001));
    const { status, headers } = await refused(request([`${large}--x--`]));
    assert.deepEqual([status, headers.connection], [413, undefined]);
    const exact = part('name="file"; filename="a.csv"', 'x'.repeat(1_000));
    assert.equal((await read(request([`${exact}--x--`]))).file.name, 'a.csv');
  });

  it('are hung up on when they go on for too long', async () => {
    const endless = Array.from({ length: 60 }, () => 'x'.repeat(100));
    const { status, headers } = await refused(request([file.slice(0, -2), ...endless]));
    assert.deepEqual([status, headers.connection], [413, 'close']);
  });

  it('fail as the disk fails', async () => {
    uploads.failing = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    await assert.rejects(read(request([`${file}--x--`])), /no space left/);
  });

  it('must be forms', async () => {
    for (const headers of [
      { 'content-type': 'text/csv' },
      { 'content-type': 'multipart/form-data' },
      { 'content-type': 'multipart/mixed; boundary=x' },
      { 'content-encoding': 'gzip' },
    ]) {
      assert.equal((await refused(request([`${file}--x--`], headers))).status, 415);
    }
  });
});
