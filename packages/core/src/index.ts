export { SmsError, errorTraits, type SmsErrorCode, type SmsErrorOptions, type ErrorTrait } from './errors.js';
export {
  eventTypes,
  type CampaignEventData,
  type DomainEvent,
  type EventData,
  type EventType,
  type InboundEventData,
  type MessageEventData,
  type MessageState,
  type PaymentEventData,
} from './events.js';
export type { Logger, Clock, Random } from './runtime.js';
export { isUuid } from './ids.js';
export type {
  Account,
  AccountKind,
  AccountSenderId,
  RefundPolicy,
  SenderIdState,
  WantedSenderId,
} from './accounts/account.js';
export type { CodeForm, CodePurpose, Codes } from './accounts/code.js';
export type { Registration } from './accounts/register-account.js';
export { hasPermission, type Access, type CredentialRef, type ShownCredential } from './accounts/access.js';
export type { Client, Clients } from './accounts/client.js';
export type { Tokens, WantedToken } from './accounts/manage-tokens.js';
export { permissions, scopes, type Permission, type Scope, type Token, type TokenForm } from './accounts/token.js';
export type {
  Brand,
  NewCredit,
  NewTenant,
  Tenant,
  TenantChanges,
  TenantContact,
  TenantCredit,
  TenantFilter,
  TenantLimits,
  TenantPrice,
  Tenants,
} from './tenants/tenant.js';
export type { NewUser, SessionLife, SessionTokens, User, UserChanges, Users } from './accounts/user.js';
export type { LimitState, RateLimit, RateLimits } from './limits/rate-limit.js';
export { statusOfBatch, type Batch } from './messaging/batch.js';
export type { BatchFilter } from './messaging/batch.store.js';
export type { Callback, CallbackEvent, CallbackFormat, JsonTemplate } from './webhooks/callback-format.js';
export type { WantedCallback } from './webhooks/manage-callbacks.js';
export type { Idempotency } from './idempotency/answer.js';
export { parseMsisdn, parsePossibleMsisdn, type NumberRule } from './numbers/msisdn.js';
export type { TopUp } from './ledger/top-up.js';
export type { Balance } from './ledger/transfer.js';
export { laneNames, type Lane } from './queue/job.js';
export { messageStatuses, statesOfStatus, statusOfState, type MessageStatus } from './messaging/message-status.js';
export type { Message, Transition } from './messaging/message.js';
export type { DayTotals, TimeRange } from './messaging/totals.js';
export type { MessageFilter } from './messaging/message.store.js';
export type { RejectedItem, SendCommand, SendItem } from './messaging/prepare-messages.js';
export type { NetworkCost, Quote } from './messaging/quote.js';
export { mostQuoted } from './messaging/quote-messages.js';
export type { MessagePreview } from './messaging/preview-message.js';
export type { RouteRule } from './messaging/route.js';
export { shortReferenceOf } from './messaging/short-reference.js';
export type { AcceptedMessage, Sender, SendOptions, SendResult } from './messaging/send-messages.js';
export type {
  InboundReport,
  OutboundMessage,
  ReceiptReport,
  ReceiptState,
  ShortReference,
  SubmitOutcome,
  Transport,
  UpstreamReport,
} from './messaging/transport.js';
export type { Attempt, Delivery, DeliveryState, NewWebhook, Webhook, WebhookChanges } from './webhooks/webhook.js';
export { renderEvent } from './webhooks/event-body.js';
export { watchState, type NewWatch, type Watch, type Watches } from './webhooks/watch.js';
export type { Suppression } from './suppression/suppression.js';
export type { NewAccount, OpenedAccount } from './accounts/open-account.js';
export { usualEsmeLimits } from './esme/esme.js';
export type {
  EsmeApi,
  EsmeCounts,
  EsmeDelivery,
  EsmeDeliveryOutcome,
  EsmeDeliveryTaker,
  EsmeInbound,
  EsmeLogin,
  EsmePart,
  EsmeReceipt,
  EsmeSessionView,
  EsmeSettings,
  EsmeStatus,
  EsmeSubmission,
  EsmeSubmitted,
  EsmeTell,
} from './esme/esme.js';
export {
  maxContactsAtOnce,
  mergePolicies,
  type Attributes,
  type AttributeValue,
  type AudiencePage,
  type Contact,
  type ContactChanges,
  type Contacts,
  type MergePolicy,
  type NewContact,
  type UpsertResult,
} from './contacts/contact.js';
export {
  mostOpenImports,
  type ContactImport,
  type ContactImports,
  type ImportError,
  type ImportState,
  type NewImport,
} from './contacts/contact-import.js';
export {
  maxMembersAtOnce,
  type AddedMembers,
  type Group,
  type GroupChanges,
  type Groups,
  type NewGroup,
} from './contacts/group.js';
export type { ContactSegment, NewSegment, SegmentChanges, SegmentPreview, Segments } from './contacts/segment.js';
export { namesIn } from './templates/template.js';
export type { NewTemplate, Template, TemplateChanges, TemplateFilter, Templates } from './templates/template.js';
export {
  campaignStates,
  type Audience,
  type Campaign,
  type CampaignChanges,
  type Campaigns,
  type CampaignState,
  type CampaignStatus,
  type Estimate,
  type NewCampaign,
  type Plan,
  type PlanChange,
} from './campaigns/campaign.js';
export {
  fileLimitBytes,
  mostFileRows,
  shownFileErrors,
  type AcceptedFile,
  type BulkFile,
  type BulkFileError,
  type BulkFiles,
  type BulkFileState,
  type NewBulkFile,
} from './messaging/files/bulk-file.js';
export type { UploadedFile, Uploads } from './uploads/uploaded-file.js';
export { writeCsv, type CsvCell, type WriteCsvOptions } from './tabular/csv/write-csv.js';
export type { ListProgress } from './messaging/lists/read-progress.js';
export type { Health, SendRequest, Sms } from './sms.js';
export type { DatabaseOptions } from './database/open-database.js';
export { createSms } from './create-sms.js';
export type { SmsOptions } from './sms-options.js';
export type { BelowCost } from './ledger/below-cost.js';
export type { BelowCostPolicy, NewPrice } from './ledger/set-price.js';
export type { StatementQuery, Statements } from './ledger/read-statement.js';
export type { Movement, StatementBalance, StatementPage } from './ledger/statement.js';
export type { UsageQuery } from './messaging/usage/read-usage.js';
export {
  usageDimensions,
  type Usage,
  type UsageCounts,
  type UsageDimension,
  type UsageRow,
} from './messaging/usage/usage.js';
export { fromMajor, toMajor, type Money } from './ledger/money.js';
export type {
  CallbackHeaders,
  CallbackReply,
  CallbackVerdict,
  FoundOrder,
  MobileMoney,
  QueryOutcome,
  StartOutcome,
  WalletOrder,
  WalletProvider,
} from './payments/mobile-money.js';
export type { NewPackage, Package, PackageDetails, Packages } from './payments/package.js';
export {
  paymentStates,
  type FailureCode,
  type Payment,
  type PaymentSchedule,
  type PaymentState,
  type PaymentStep,
} from './payments/payment.js';
export type { NewPayment, PaymentFilter, PaymentOptions, Payments, WalletCallback } from './payments/payments.js';
export type { Purchase } from './payments/purchase.js';
export type { Tier, TierPrice } from './payments/tier.js';
export { simulatedWallet, type SimulatedWalletOptions } from './payments/simulated-wallet/simulated-wallet.js';
export {
  WalletBook,
  type BookedOrder,
  type Placing,
  type WalletBookOptions,
} from './payments/simulated-wallet/wallet-book.js';
export { zenoPay, zenoPayProviders, type ZenoPayOptions } from './payments/zenopay/zenopay.js';
export type { Survey, SurveyQuestion, SurveyResponse, Surveys } from './surveys/survey.js';
export type { UssdCode, UssdCodes, UssdExtension } from './ussd/ussd-code.js';
export { operatorScript, scriptedEnd, type OperatorScript } from './transports/operator-script.js';
export { simulator, type SimulatorOptions } from './transports/simulator.js';
export type { MessageDispute } from './receipts/receipt.store.js';
export { parseReceipt, type RawReceipt } from './receipts/receipt-text.js';
export { healSpreadsheetNumber, type HealRefusal } from './numbers/heal.js';
export { networkOf, type Network } from './numbers/network.js';
export { parseSenderId, senderKind, type SenderId, type SenderKind } from './numbers/sender-id.js';
export {
  baseCharacters,
  escapeSeptet,
  extensionCharacters,
  septetCodes,
  septetCosts,
  type Encoding,
} from './text/alphabet.js';
export { explainText, type Culprit, type TextExplanation } from './text/culprits.js';
export { measureText, splitText, type SegmentOptions, type SegmentSizes, type TextMeasure } from './text/segments.js';
export { transliterate } from './text/transliterate.js';
