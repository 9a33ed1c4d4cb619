import assert from 'node:assert/strict';
import { errorTraits, type SmsErrorCode } from '@ujumbe/core';
import { commandStatus, nameOfStatus, statusOfError } from './status-codes.js';

describe('SMPP status codes', () => {
  it('gives every status one name', () => {
    const statuses = Object.values(commandStatus);
    assert.equal(new Set(statuses).size, statuses.length);
    assert.equal(nameOfStatus(0x58), 'ESME_RTHROTTLED');
    assert.equal(nameOfStatus(0x400), undefined);
  });

  it('answers what the contract says', () => {
    assert.equal(statusOfError.sender_not_approved, 0x0a);
    assert.equal(statusOfError.number_invalid, 0x0b);
    assert.equal(statusOfError.message_empty, 0x01);
    assert.equal(statusOfError.insufficient_balance, 0x45);
    assert.equal(statusOfError.unauthenticated, 0x0e);
    assert.equal(statusOfError.scope_missing, 0x0d);
    assert.equal(statusOfError.rate_limited, 0x58);
    assert.equal(statusOfError.internal, 0x08);
  });

  it('never says that a refused message was taken, and always has a name for it', () => {
    for (const [code, status] of Object.entries(statusOfError)) {
      assert.notEqual(status, commandStatus.ESME_ROK, code);
      assert.ok(nameOfStatus(status), code);
    }
  });

  it('asks for a message again only when it may succeed later', () => {
    const again: number[] = [commandStatus.ESME_RTHROTTLED, commandStatus.ESME_RMSGQFUL, commandStatus.ESME_RSYSERR];
    for (const [code, status] of Object.entries(statusOfError)) {
      if (again.includes(status)) assert.equal(errorTraits[code as SmsErrorCode].retryable, true, code);
    }
  });
});
