import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { readBody } from './read-body.js';
import { RequestRefused } from './request-refused.js';

const limitBytes = 100;

function request(
  chunks: (Buffer | string)[],
  headers: Record<string, string> = {},
): IncomingMessage & { body?: unknown } {
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const defaults = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
  return Object.assign(stream, {
    headers: { ...defaults, ...headers },
    httpVersionMajor: 1,
  }) as unknown as IncomingMessage;
}

const refusal = (status: number) => (error: unknown) => error instanceof RequestRefused && error.status === status;
const invalid = (sentence: string) => (error: unknown) =>
  error instanceof RequestRefused && error.code === 'malformed_body' && error.message === sentence;

describe('request bodies', () => {
  it('reads JSON that comes in pieces, with a byte order mark, of any JSON media type', async () => {
    assert.deepEqual(await readBody(request(['{"a":', '"ç"}']), limitBytes, ['json']), { a: 'ç' });
    assert.deepEqual(await readBody(request(['\ufeff{}']), limitBytes, ['json']), {});
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/vnd.api+json;charset="UTF-8"',
    ]) {
      assert.deepEqual(await readBody(request(['1'], { 'content-type': type }), limitBytes, ['json']), 1, type);
    }
  });

  it('reads nothing where there is nothing', async () => {
    assert.equal(await readBody(request([]), limitBytes, ['json']), undefined);
  });

  it('takes what a parser of the host has left, parsed or as bytes', async () => {
    for (const body of [{ a: 1 }, '{"a":1}', Buffer.from('{"a":1}')]) {
      const read = request([]);
      await read.resume().toArray();
      read.body = body;
      assert.deepEqual(await readBody(read, limitBytes, ['json']), { a: 1 });
    }
  });

  it('reads the stream when Express 4 put an empty object where no parser was at work', async () => {
    assert.deepEqual(await readBody(Object.assign(request(['{"a":1}']), { body: {} }), limitBytes, ['json']), { a: 1 });
  });

  it('refuses other media types, charsets and compression', async () => {
    for (const headers of [
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': '' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'gzip' },
    ]) {
      await assert.rejects(readBody(request(['{}'], headers), limitBytes, ['json']), refusal(415));
    }
  });

  it('refuses what is no JSON, or no UTF-8', async () => {
    await assert.rejects(
      readBody(request(['{"a":']), limitBytes, ['json']),
      invalid('the request body is not valid JSON'),
    );
    const bytes = Buffer.from([0x22, 0xff, 0x22]);
    await assert.rejects(
      readBody(request([bytes]), limitBytes, ['json']),
      invalid('the request body is not valid UTF-8'),
    );
  });

  it('refuses a body above the limit, and hangs up on one far above it', async () => {
    await assert.rejects(readBody(request(['x'.repeat(60), 'x'.repeat(60)]), limitBytes, ['json']), refusal(413));
    const endless = request(Array.from({ length: 20 }, () => 'x'.repeat(60)));
    await assert.rejects(
      readBody(endless, limitBytes, ['json']),
      (error) => error instanceof RequestRefused && error.headers.connection === 'close',
    );
  });

  it('ends when the client leaves in the middle', async () => {
    const stream = new Readable({ read: () => undefined });
    const cut = Object.assign(stream, request([]), {
      headers: { 'transfer-encoding': 'chunked', 'content-type': 'application/json' },
    });
    const body = readBody(cut, limitBytes, ['json']);
    stream.push('{"a":');
    stream.destroy();
    await assert.rejects(body, refusal(400));
  });
});
