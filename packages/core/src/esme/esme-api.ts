import type { CancelDeps } from '../messaging/cancel-message.js';
import type { EventConsumer } from '../outbox/consume-events.worker.js';
import type { Signal } from '../signal.js';
import {
  authenticateEsme,
  configureEsme,
  esmeSettings,
  noteBound,
  outdatedLogins,
  refreshLogin,
  rotatePassword,
  type LoginDeps,
} from './authenticate-esme.js';
import type { ClaimDeliveries } from './claim-deliveries.js';
import { countEsmeDeliveries } from './delivery.store.js';
import type { EsmeApi } from './esme.js';
import type { JoinParts } from './join-parts.worker.js';
import { cancelPending, cancelSubmitted, querySubmitted, replaceSubmitted } from './manage-submitted.js';
import { submit, type SubmitDeps } from './submit.js';
import { countParts } from './submitted.store.js';

export interface EsmeDeps extends LoginDeps, CancelDeps, SubmitDeps {
  joinParts: JoinParts;
  deliveries: ClaimDeliveries;
  consumer: EventConsumer;
  esmeDeliveriesReady: Signal;
}

/** Lays out what the platform does for customers who bind over SMPP. */
export function esmeApi(deps: EsmeDeps): EsmeApi {
  const { database, joinParts, deliveries, consumer, esmeDeliveriesReady } = deps;
  let sessionSource: Parameters<EsmeApi['listSessionsFrom']>[0];
  let opened: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  return {
    authenticate: (teamCode, password) => authenticateEsme(deps, teamCode, password),
    refresh: (login) => refreshLogin(deps, login),
    outdated: (logins) => outdatedLogins(deps, logins),
    rotatePassword: (accountId) => rotatePassword(deps, accountId),
    settings: (accountId) => esmeSettings(deps, accountId),
    configure: (accountId, changes) => configureEsme(deps, accountId, changes),
    open: () =>
      (opened ??= (async () => {
        await consumer.start();
        joinParts.start();
      })()),
    close: (deadlineMs) =>
      (closed ??= (async () => {
        await joinParts.stop();
        if (!opened) return;
        await opened;
        await consumer.stop(deadlineMs);
        await deliveries.close();
      })()),
    bound: (accountId) => noteBound(deps, accountId),
    submit: (login, submission) => submit(deps, login, submission),
    query: (accountId, id) => querySubmitted(database, accountId, id),
    cancel: (accountId, id) => cancelSubmitted(deps, accountId, id),
    cancelPending: (account, of) => cancelPending(deps, account, of),
    replace: (login, id, change) => replaceSubmitted(deps, login, id, change),
    claimDeliveries: (wanted) => deliveries.claim(wanted),
    takeDeliveries: (taker) => deliveries.handTo(taker),
    settleDelivery: (outcome) => deliveries.settle(outcome),
    waiter: () => esmeDeliveriesReady.waiter(),
    waiting: (accountId) => database.read((tx) => countEsmeDeliveries(tx, accountId)),
    listSessionsFrom: (source) => (sessionSource = source),
    sessions: (accountId) => sessionSource?.(accountId) ?? [],
    counts: () =>
      database.read(async (tx) => ({ waiting: await countEsmeDeliveries(tx), parts: await countParts(tx) })),
  };
}
