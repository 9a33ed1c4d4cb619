import type { Payment } from '@ujumbe/core';
import { paymentStatus } from '../payment-view.js';

const steps = ['Payment Initiated', 'Complete Payment on Mobile', 'Payment Verification', 'Credits Added'] as const;

/** How far a payment has come, for a page that shows it. Source: contracts/mifumo.md §9.3. */
export function progressOf({ state, failureDetail }: Payment): object {
  const status = paymentStatus(state);
  if (status === 'completed') {
    return {
      ...at(4, { color: 'green', icon: 'check' }),
      current_step: 'Payment Completed',
      next_step: null,
    };
  }
  if (status === 'pending') return at(1, { color: 'blue', icon: 'clock' });
  return {
    ...at(1, { color: 'red', icon: 'x' }),
    current_step: `Payment ${status.charAt(0).toUpperCase()}${status.slice(1)}`,
    next_step: 'Retry Payment',
    error_message: failureDetail,
  };
}

const at = (step: number, { color, icon }: { color: string; icon: string }): object => ({
  step,
  total_steps: steps.length,
  current_step: steps[step - 1],
  next_step: steps[step] ?? null,
  completed_steps: steps.slice(0, step),
  remaining_steps: steps.slice(step),
  percentage: (step / steps.length) * 100,
  status_color: color,
  status_icon: icon,
});
