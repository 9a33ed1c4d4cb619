import { findLogin, setSettings } from '../esme/login.store.js';
import type { Statement, Transaction } from '../runtime.js';
import type { TenantLimits } from './tenant.js';

/** The statements that set how a tenant may bind; none when that stays as it is, because it ends sessions. */
export async function esmeLimits(
  tx: Transaction,
  tenantId: string,
  { segmentsPerSecond, maxSessions }: TenantLimits,
  nowMs: number,
): Promise<Statement[]> {
  const settings = (await findLogin(tx, { accountId: tenantId }))?.settings;
  if (!settings) return [];
  if (settings.segmentsPerSecond === segmentsPerSecond && settings.maxSessions === maxSessions) return [];
  return [setSettings(tenantId, { ...settings, segmentsPerSecond, maxSessions }, nowMs)];
}
