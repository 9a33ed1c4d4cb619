import assert from 'node:assert/strict';
import { encodePdu } from './encode.js';
import { FrameError } from './errors.js';
import { FrameReader } from './frame-reader.js';
import { Draw, drawBody, drawCommand, drawTlvs } from './random-pdu.test.support.js';

const maxLength = 70_000;

function framesOf(chunks: readonly Buffer[], reader = new FrameReader({ maxLength })): Buffer[] {
  const frames: Buffer[] = [];
  // Kept as they are, not copied: what a frame lies in must not be written again.
  for (const chunk of chunks)
    reader.read(chunk, (buffer, start, length) => frames.push(buffer.subarray(start, start + length)));
  return frames;
}

function chunksOf(stream: Buffer, size: () => number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length;) {
    const end = Math.min(stream.length, at + size());
    chunks.push(Buffer.from(stream.subarray(at, end)));
    at = end;
  }
  return chunks;
}

describe('FrameReader', () => {
  it('finds the same PDUs wherever the stream is cut', () => {
    const draw = new Draw(99);
    const pdus = [
      encodePdu('enquire_link', { sequence: 1 }),
      ...Array.from({ length: 5 }, (_, sequence) =>
        encodePdu('submit_sm', { sequence, body: drawBody(draw, 'submit_sm') }),
      ),
      encodePdu('unbind', { sequence: 9 }),
    ];
    const stream = Buffer.concat(pdus);
    for (let cut = 0; cut <= stream.length; cut++) {
      assert.deepEqual(framesOf([stream.subarray(0, cut), stream.subarray(cut)]), pdus);
    }
    for (const size of [1, 2, 3, 5, 15, 16, 17, 64, 1_000]) {
      assert.deepEqual(framesOf(chunksOf(stream, () => size)), pdus);
    }
  });

  it('finds the same PDUs of any kind in chunks of any size', () => {
    const draw = new Draw(4);
    for (let round = 0; round < 40; round++) {
      const pdus = Array.from({ length: 20 }, (_, sequence) => {
        const command = drawCommand(draw);
        return encodePdu(command, { sequence, body: drawBody(draw, command), tlvs: drawTlvs(draw) });
      });
      assert.deepEqual(framesOf(chunksOf(Buffer.concat(pdus), () => 1 + draw.below(3_000))), pdus);
    }
  });

  for (const length of [0, 2, 8, 15, maxLength + 1, 0x47455420, 0xffffffff]) {
    it(`refuses a command_length of ${length}, with the sequence when that has come, and stays broken`, () => {
      const header = Buffer.alloc(16);
      header.writeUInt32BE(length, 0);
      header.writeUInt32BE(0xcafe, 12);
      const sequenceOf = (chunks: Buffer[]): number => {
        const reader = new FrameReader({ maxLength });
        try {
          framesOf(chunks, reader);
        } catch (error) {
          assert.ok(error instanceof FrameError);
          assert.throws(() => framesOf([Buffer.alloc(100)], reader), error);
          return error.sequence;
        }
        return assert.fail('It was taken.');
      };
      assert.equal(sequenceOf([header]), 0xcafe);
      assert.equal(sequenceOf([encodePdu('unbind', { sequence: 1 }), header]), 0xcafe);
      assert.equal(sequenceOf([header.subarray(0, 3), header.subarray(3)]), 0xcafe);
      assert.equal(sequenceOf([header.subarray(0, 4)]), 0);
    });
  }

  it('gives what came before a broken header', () => {
    const frames: number[] = [];
    const reader = new FrameReader({ maxLength });
    const stream = Buffer.concat([encodePdu('unbind', { sequence: 1 }), Buffer.alloc(16)]);
    assert.throws(() => reader.read(stream, (_, start) => frames.push(start)), FrameError);
    assert.deepEqual(frames, [0]);
  });

  it('keeps what has arrived, not what is announced', () => {
    const reader = new FrameReader({ maxLength });
    const header = Buffer.alloc(16);
    header.writeUInt32BE(maxLength, 0);
    framesOf([header], reader);
    assert.equal(reader.pending, 16);
    for (let octets = 17; octets < maxLength; octets++) framesOf([Buffer.alloc(1)], reader);
    assert.equal(reader.pending, maxLength - 1);
    assert.equal(framesOf([Buffer.alloc(1)], reader)[0]?.length, maxLength);
    assert.equal(reader.pending, 0);
  });

  it('throws nothing but FrameError, whatever the octets', () => {
    const draw = new Draw(12);
    for (let round = 0; round < 2_000; round++) {
      const reader = new FrameReader({ maxLength: 300 });
      try {
        for (let chunks = 0; chunks < 10; chunks++) {
          const chunk = draw.octets(100);
          if (chunk.length > 3) chunk.fill(0, 0, 3);
          framesOf([chunk], reader);
          assert.ok(reader.pending < 300);
        }
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }
  });
});
