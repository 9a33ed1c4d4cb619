import assert from 'node:assert/strict';
import { createLoggerTo } from './logger.js';

const phone = '+255712345678';

const logged = (fields: object): Record<string, unknown> => {
  const lines: string[] = [];
  createLoggerTo({ write: (line) => lines.push(line) }).info(fields, 'happened');
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
};

describe('the log', () => {
  it('carries no secret, number or text, however deep', () => {
    const secret = {
      authorization: 'Bearer mbs_1',
      'x-api-key': 'mbs_1',
      token: 'mbs_1',
      secret: 'whsec_1',
      password: 'pw',
      to: phone,
      phone,
      recipient: phone,
      message: 'Habari',
      text: 'Habari',
    };
    const line = JSON.stringify(logged({ ...secret, request: { headers: secret, ...secret } }));
    for (const leak of ['mbs_1', 'whsec_1', 'pw"', '255712345678', 'Habari']) assert.ok(!line.includes(leak), leak);
  });

  it('keeps the sentence and what is no secret', () => {
    const { msg, messageId } = logged({ messageId: 'm1' });
    assert.deepEqual([msg, messageId], ['happened', 'm1']);
  });

  it('tells what an error says, with the numbers masked', () => {
    const cause = new Error(`bound ${phone}`);
    const error = Object.assign(new Error(`insert ('${phone}') failed`, { cause }), { code: 'SQLITE_BUSY' });
    const { err } = logged({ err: error });
    assert.equal((err as { reason: string }).reason, "insert ('[number]') failed");
    assert.equal((err as { code: string }).code, 'SQLITE_BUSY');
    assert.ok(!JSON.stringify(err).includes('255712345678'));
  });
});
