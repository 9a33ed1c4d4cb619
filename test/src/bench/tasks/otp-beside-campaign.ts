import { simulator, type DatabaseOptions } from '@ujumbe/core';
import { fillContacts, template } from '../people.js';
import { Percentiles } from '../percentiles.js';
import { openPlatform, recipient } from '../workload.js';

export interface BesideInput {
  database: DatabaseOptions;
  seconds: number;
  /** How many the campaign of the other account goes to; none when 0. */
  recipients: number;
}

export interface BesideOutput {
  otp: { p50: number; p99: number };
  campaignRate: number;
}

const perSecond = 50;

/** Sends an OTP fifty times a second, and times each from the call to its submit, while another account's campaign runs. */
export async function run({ database, seconds, recipients }: BesideInput): Promise<BesideOutput> {
  const submitted = new Map<string, number>();
  let ofCampaign = 0;
  const operator = simulator({
    onSubmit: ({ id, recipient: to }) => {
      if (to.startsWith('+255712000')) submitted.set(id, performance.now());
      else ofCampaign++;
    },
  });
  const { sms, accountId: busy } = await openPlatform({ database, transports: [operator] });
  const { account } = await sms.accounts.open({
    ...{ name: 'Bank', country: 'TZ', currency: 'TZS', credits: 1e9, sender: 'BANK' },
  });
  await fillContacts(sms, busy, recipients);
  await sms.start();
  if (recipients > 0) {
    const { id: segment } = await sms.segments.create(busy, { name: 'all', rule: { active: true } });
    const { id } = await sms.campaigns.create(busy, { name: 'All', text: template, segmentIds: [segment] });
    await sms.campaigns.send(busy, id);
  }
  const times = new Percentiles();
  const calls: Promise<{ id: string; at: number }>[] = [];
  const send = async (index: number): Promise<{ id: string; at: number }> => {
    const at = performance.now();
    const to = recipient(index % 900);
    const { accepted } = await sms.send(account.id, { to, message: 'Namba yako ni 4711', lane: 'otp' });
    return { id: accepted[0]?.id ?? '', at };
  };
  const beganMs = performance.now();
  for (const count = perSecond * seconds; calls.length < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - beganMs) / 1_000) * perSecond));
    while (calls.length < due) calls.push(send(calls.length));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const campaignRate = ofCampaign / ((performance.now() - beganMs) / 1_000);
  const sent = await Promise.all(calls);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  // The first second warms up what the others find warm.
  for (const { id, at } of sent.slice(perSecond)) times.add((submitted.get(id) ?? Infinity) - at);
  await sms.stop({ deadlineMs: 1_000 });
  return { otp: times.spread(), campaignRate };
}
