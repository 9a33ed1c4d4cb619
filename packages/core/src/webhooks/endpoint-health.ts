import type { Webhook } from './webhook.js';

const shortestPauseMs = 5_000;
const longestPauseMs = 300_000;
/** Receivers restart at every deploy and break over weekends: only this long a silence means they are gone. */
const disableAfterMs = 5 * 86_400_000;

export interface EndpointHealth {
  state: Webhook['state'];
  failingSince: number | null;
  pausedUntil: number | null;
}

/** How an endpoint stands after an attempt. While it fails it is asked rarely, with one delivery at a time. */
export function healthAfter(
  before: EndpointHealth,
  outcome: 'succeeded' | 'failed' | 'gone',
  nowMs: number,
): EndpointHealth {
  if (outcome === 'succeeded') return { state: 'active', failingSince: null, pausedUntil: null };
  const failingSince = before.failingSince ?? nowMs;
  const failingForMs = nowMs - failingSince;
  if (outcome === 'gone' || failingForMs >= disableAfterMs) {
    return { state: 'disabled', failingSince, pausedUntil: null };
  }
  const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, failingForMs / 2));
  return { state: 'active', failingSince, pausedUntil: nowMs + Math.round(pauseMs) };
}
