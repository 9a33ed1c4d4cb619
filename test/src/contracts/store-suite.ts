import type { DatabaseName, OpenTestDatabase } from '../support/databases.js';
import { acceptingSuite } from './store/accepting.js';
import { accountsSuite } from './store/accounts.js';
import { awaitingFundsSuite } from './store/awaiting-funds.js';
import { batchesSuite } from './store/batches.js';
import { campaignsSuite } from './store/campaigns.js';
import { contactsSuite } from './store/contacts.js';
import { credentialsSuite } from './store/credentials.js';
import { esmeSuite } from './store/esme.js';
import { eventsSuite } from './store/events.js';
import { groupsSuite } from './store/groups.js';
import { hostTransactionSuite } from './store/host-transaction.js';
import { idempotencySuite } from './store/idempotency.js';
import { inboundSuite } from './store/inbound.js';
import { lanesSuite } from './store/lanes.js';
import { lifecycleSuite } from './store/lifecycle.js';
import { limitsSuite } from './store/limits.js';
import { moneySuite } from './store/money.js';
import { paymentsSuite } from './store/payments.js';
import { receiptsSuite } from './store/receipts.js';
import { selfServiceSuite } from './store/self-service.js';
import { segmentsSuite } from './store/segments.js';
import { uploadsSuite } from './store/uploads.js';
import { sendListsSuite } from './store/send-lists.js';
import { statementsSuite } from './store/statements.js';
import { tenantsSuite } from './store/tenants.js';
import { unansweredSuite } from './store/unanswered.js';

/**
 * What every database must do for the platform, asked through its public face. Two platforms on one database stand for
 * two processes: they share nothing else.
 */
export function storeSuite(open: OpenTestDatabase, name: DatabaseName): void {
  describe('accounts and tokens', () => accountsSuite(open));
  describe('credentials', () => credentialsSuite(open));
  describe('published limits', () => limitsSuite(open, name));
  describe('money', () => moneySuite(open));
  describe('idempotency', () => idempotencySuite(open));
  describe('accepting', () => acceptingSuite(open));
  describe('embedding', () => hostTransactionSuite(open, name));
  describe('a message’s life', () => lifecycleSuite(open));
  describe('batches', () => batchesSuite(open));
  describe('lanes', () => lanesSuite(open));
  describe('receipts', () => receiptsSuite(open));
  describe('submits without an answer', () => unansweredSuite(open));
  describe('inbound', () => inboundSuite(open));
  describe('events', () => eventsSuite(open));
  describe('contacts', () => contactsSuite(open));
  describe('groups', () => groupsSuite(open));
  describe('segments of contacts', () => segmentsSuite(open));
  describe('uploads', () => uploadsSuite(open));
  describe('customers who help themselves', () => selfServiceSuite(open));
  describe('payments by phone', () => paymentsSuite(open));
  describe('tenants of partners', () => tenantsSuite(open));
  describe('statements', () => statementsSuite(open));
  describe('lists of messages', () => sendListsSuite(open));
  describe('campaigns', () => campaignsSuite(open));
  describe('campaigns that wait for credit', () => awaitingFundsSuite(open));
  describe('customers who bind over SMPP', () => esmeSuite(open));
}
