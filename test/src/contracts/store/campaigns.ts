import assert from 'node:assert/strict';
import type { Campaign, CampaignEventData, NewCampaign, Plan, Sms, SmsError } from '@ujumbe/core';
import type { OpenTestDatabase, TestDatabase } from '../../support/databases.js';
import { assertInvariants } from '../../support/ledger-invariants.js';
import { eventually } from '../eventually.js';
import { newNumber, openAccount, openPlatform, refusal, toldTo, type Platform } from '../platform.js';
import { accept, ScriptedOperator } from '../scripted-operator.js';
import { everythingStored, hostKnex, storedRows, whenFree } from '../stored-rows.js';

const credit = 1_000;
const enough = 10_000 * credit;
const hourMs = 3_600_000;

interface World extends Platform {
  account: string;
}

export function campaignsSuite(open: OpenTestDatabase): void {
  let worlds: World[] = [];

  async function world(
    options: { credits?: number; segmentsPerSecond?: number; maxAhead?: number; start?: boolean } = {},
  ): Promise<World> {
    const { credits = enough, segmentsPerSecond, maxAhead = 2_000, start = true } = options;
    const operator = new ScriptedOperator(segmentsPerSecond === undefined ? {} : { segmentsPerSecond });
    const platform = await openPlatform(await open(), { operator, limits: { maxAhead } });
    const account = await openAccount(platform.sms, { credits });
    if (start) await platform.sms.start();
    const made = { ...platform, account };
    worlds.push(made);
    return made;
  }

  afterEach(async () => {
    for (const { sms, database } of worlds) {
      await sms.stop({ deadlineMs: 1_000 });
      await assertInvariants(database);
    }
    worlds = [];
  });

  const draft = (sms: Sms, account: string, changes: Partial<NewCampaign> = {}): Promise<Campaign> =>
    sms.campaigns.create(account, { name: 'Punguzo', text: 'Punguzo leo', ...changes });

  const reaches = (sms: Sms, { accountId, id }: Campaign, state: string): Promise<Campaign> =>
    eventually(`the campaign is ${state}`, async () => {
      const { campaign } = await sms.campaigns.get(accountId, id);
      return campaign.state === state && campaign;
    });

  async function people(sms: Sms, account: string, count: number, details: object = {}): Promise<string[]> {
    const phones = Array.from({ length: count }, newNumber);
    const contacts = phones.map((phone) => ({ phone, ...details }));
    await sms.contacts.upsertMany(account, contacts, 'update');
    return phones;
  }

  const told = async (of: World): Promise<[string, CampaignEventData][]> =>
    (await toldTo(of, of.account))
      .filter(({ type }) => type.startsWith('campaign.'))
      .map(({ type, data }) => [type, data as CampaignEventData]);

  it('is for everybody in its groups, segments and numbers, each once, without those who may not be written to', async () => {
    const { sms, account } = await world({ start: false });
    const vips = await people(sms, account, 3, { tags: ['vip'] });
    const [asha = ''] = vips;
    const [inactive = ''] = await people(sms, account, 1, { active: false });
    const [gone = ''] = await people(sms, account, 1, { optedOutAt: 5 });
    const group = await sms.groups.create(account, { name: 'Wateja' });
    await sms.groups.addMany(account, group.id, [asha, inactive, gone]);
    const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
    const stranger = newNumber();
    const refusing = newNumber();
    await sms.suppressions.add(account, refusing);
    const { estimate } = await draft(sms, account, {
      groupIds: [group.id],
      segmentIds: [segment.id],
      numbers: [asha, stranger, stranger, refusing],
    });
    assert.deepEqual([estimate.recipients, estimate.leftOut], [4, { opted_out: 2, inactive: 1 }]);
  });

  it('counts parts after each text is rendered, and the price by destination', async () => {
    const { sms, account, operator } = await world();
    await sms.accounts.setPrice({ accountId: account, prefix: '254', credits: 2_500 });
    const short = newNumber();
    await sms.contacts.create(account, { phone: short, firstName: 'Asha', attributes: { city: 'Arusha', age: 30 } });
    const long = newNumber();
    await sms.contacts.create(account, { phone: long, firstName: 'Ç'.repeat(60), lastName: 'ê' });
    const kenyan = '+254712345678';
    await sms.contacts.create(account, { phone: kenyan, firstName: '{{city}}' });
    const unknown = newNumber();
    const campaign = await draft(sms, account, {
      text: 'Habari {{first_name}} {{last_name|default:""}} {{city|default:"-"}} {{age|default:"?"}}',
      numbers: [short, long, kenyan, unknown],
    });
    const { estimate } = campaign;
    assert.deepEqual(estimate.histogram, { 1: 2, 2: 1 });
    assert.deepEqual(estimate.leftOut, { template_variable_missing: 1 });
    assert.equal(estimate.cost, credit + 2 * credit + 2_500);
    await sms.campaigns.send(account, campaign.id);
    await reaches(sms, campaign, 'completed');
    const texts = new Map(operator.submitted.map(({ recipient, text }) => [recipient, text]));
    assert.equal(texts.get(short), 'Habari Asha  Arusha 30');
    assert.equal(texts.get(kenyan), 'Habari {{city}}  - ?', 'what is filled in is not read as a template');
    assert.equal(texts.size, 3);
  });

  it('tells how far it is, how fast, and how long the rest will take', async () => {
    const made = await world({ segmentsPerSecond: 50, maxAhead: 50 });
    const { sms, account, clock, operator } = made;
    const campaign = await draft(sms, account, { numbers: Array.from({ length: 400 }, newNumber) });
    assert.equal((await sms.campaigns.get(account, campaign.id)).progress, null);
    await sms.campaigns.send(account, campaign.id);
    await eventually('some have left', () => operator.submitted.length > 20);
    clock.move(10_001);
    const progress = await eventually('its pace is known', async () => {
      const { progress: now } = await sms.campaigns.get(account, campaign.id);
      return typeof now?.rate === 'number' && now;
    });
    assert.equal(progress.remainingMs, Math.round((progress.queued / progress.rate!) * 1_000));
    assert.ok(progress.queued > 0 && progress.queued <= 400);
    const [, data] = await eventually('it is told', async () =>
      (await told(made)).find(([type]) => type === 'campaign.progress'),
    );
    assert.deepEqual([data.campaignId, data.state, data.recipientCount], [campaign.id, 'sending', 400]);
    assert.ok(data.sent > 0 && data.sent <= 400);
    await sms.campaigns.cancel(account, campaign.id);
    const { progress: over } = await sms.campaigns.get(account, campaign.id);
    assert.deepEqual([over?.queued, over?.rate, over?.remainingMs], [0, null, null]);
  });

  it('tells of each step, once', async () => {
    const made = await world({ segmentsPerSecond: 100, maxAhead: 50 });
    const { sms, account } = made;
    const numbers = Array.from({ length: 120 }, newNumber);
    const campaign = await draft(sms, account, { numbers });
    await sms.campaigns.send(account, campaign.id);
    await sms.campaigns.pause(account, campaign.id);
    assert.equal((await sms.campaigns.get(account, campaign.id)).campaign.reason, null);
    await sms.campaigns.resume(account, campaign.id);
    const done = await reaches(sms, campaign, 'completed');
    assert.ok(done.queuedAt && done.startedAt && done.endedAt);
    const steps = (await told(made)).filter(([type]) => type !== 'campaign.progress');
    assert.deepEqual(
      steps.map(([type, { campaignId, state, recipientCount }]) => [type, campaignId, state, recipientCount]),
      [
        ['campaign.started', campaign.id, 'sending', 120],
        ['campaign.paused', campaign.id, 'paused', 120],
        ['campaign.resumed', campaign.id, 'sending', 120],
        ['campaign.completed', campaign.id, 'completed', 120],
      ],
    );
    const messages = (await toldTo(made, account)).filter(({ type }) => type === 'message.submitted');
    assert.ok(messages.every(({ data }) => (data as { campaignId?: string }).campaignId === campaign.id));
  });

  it('counts how far it has come, exactly', async () => {
    const { sms, account, operator } = await world();
    operator.answer = (message) =>
      message.recipient.endsWith('7') ? { kind: 'rejected', code: 'upstream_rejected', detail: 'no' } : accept(message);
    const numbers = Array.from({ length: 150 }, newNumber);
    const rejected = numbers.filter((number) => number.endsWith('7')).length;
    const campaign = await draft(sms, account, { numbers });
    await sms.campaigns.send(account, campaign.id);
    await reaches(sms, campaign, 'completed');
    const handed = operator.submitted.filter(({ recipient }) => !recipient.endsWith('7'));
    await eventually('all are handed over', async () => {
      const { messages } = await sms.campaigns.messages(
        account,
        campaign.id,
        { states: ['submitted'] },
        { limit: 200, offset: 0 },
      );
      return messages.length === handed.length;
    });
    for (const { id } of handed.slice(0, 20)) await operator.receipt(id, 'delivered');
    await operator.receipt(handed[20]!.id, 'undelivered');
    const { sent, delivered, failed, queued, total } = await eventually('everything is counted', async () => {
      const { progress } = await sms.campaigns.get(account, campaign.id);
      return progress?.delivered === 20 && progress.failed === rejected + 1 && progress;
    });
    assert.deepEqual([total, queued, sent, delivered, failed], [150, 0, 150 - rejected, 20, rejected + 1]);
  });

  it('is sent once, however often it is asked for at a time', async () => {
    const { sms, account, operator } = await world();
    const campaign = await draft(sms, account, { numbers: [newNumber(), newNumber()] });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => sms.campaigns.send(account, campaign.id)));
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of asked) if (one.status === 'rejected') assert.equal((one.reason as SmsError).code, 'conflict');
    await reaches(sms, campaign, 'completed');
    assert.equal(operator.submitted.length, 2);
  });

  it('is paused when too many fail for good, says why, and goes on when it is asked to', async () => {
    const made = await world({ maxAhead: 100 });
    const { sms, account, operator } = made;
    operator.answer = () => ({ kind: 'rejected', code: 'upstream_rejected', detail: 'no' });
    const numbers = Array.from({ length: 1_500 }, newNumber);
    const campaign = await draft(sms, account, { numbers, segmentsPerSecond: 1_000 });
    await sms.campaigns.send(account, campaign.id);
    assert.equal((await reaches(sms, campaign, 'paused')).reason, 'too_many_failures');
    const paused = (await told(made)).find(([type]) => type === 'campaign.paused');
    assert.equal(paused?.[1].reason, 'too_many_failures');
    operator.answer = accept;
    assert.equal((await sms.campaigns.resume(account, campaign.id)).reason, null);
    await reaches(sms, campaign, 'completed');
  });

  it('gives back at once what had not left when it is cancelled, and sends nothing more', async () => {
    const { sms, account, operator } = await world({ segmentsPerSecond: 50, maxAhead: 100 });
    const campaign = await draft(sms, account, { numbers: Array.from({ length: 400 }, newNumber) });
    await sms.campaigns.send(account, campaign.id);
    await eventually('some have left', () => operator.submitted.length > 5);
    await sms.campaigns.cancel(account, campaign.id);
    const { held } = await sms.accounts.balance(account);
    assert.ok(held <= 20 * credit, `${held} are held still`);
    const { progress, campaign: cancelled } = await sms.campaigns.get(account, campaign.id);
    assert.deepEqual([cancelled.state, progress?.queued], ['cancelled', 0]);
    assert.equal(await refusal(sms.campaigns.resume(account, campaign.id)), 'conflict');
  });

  it('is cancelled once, also while it is paused, and gives everything back', async () => {
    const { sms, account, operator } = await world({ segmentsPerSecond: 50, maxAhead: 50 });
    const campaign = await draft(sms, account, { numbers: Array.from({ length: 400 }, newNumber) });
    await sms.campaigns.send(account, campaign.id);
    await eventually('some have left', () => operator.submitted.length > 5);
    await sms.campaigns.pause(account, campaign.id);
    const asked = await Promise.allSettled([1, 2, 3].map(() => sms.campaigns.cancel(account, campaign.id)));
    assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of asked) if (one.status === 'rejected') assert.equal((one.reason as SmsError).code, 'conflict');
    await eventually('what was in hand has left', async () => (await sms.accounts.balance(account)).held === 0);
    const { available, captured } = await sms.accounts.balance(account);
    assert.deepEqual([captured, available], [operator.submitted.length * credit, enough - captured]);
  });

  it('is duplicated in every state, as a draft that is sent by itself', async () => {
    const { sms, account, operator } = await world({ segmentsPerSecond: 20, maxAhead: 20 });
    const numbers = Array.from({ length: 100 }, newNumber);
    const campaign = await draft(sms, account, { numbers, segmentsPerSecond: 900, scheduledAt: Date.now() + hourMs });
    const copies: Campaign[] = [];
    const copyIn = async (state: string): Promise<void> => {
      const { campaign: now } = await sms.campaigns.get(account, campaign.id);
      assert.equal(now.state, state);
      copies.push(await sms.campaigns.duplicate(account, campaign.id));
    };
    await copyIn('draft');
    await sms.campaigns.send(account, campaign.id);
    await copyIn('scheduled');
    await sms.campaigns.cancel(account, campaign.id);
    await copyIn('cancelled');
    for (const { id, state, estimate, audience, plan, holdId, listId, ...copy } of copies) {
      assert.notEqual(id, campaign.id);
      assert.deepEqual([state, plan, holdId, listId, copy.scheduledAt, copy.queuedAt, copy.endedAt].filter(Boolean), [
        'draft',
      ]);
      assert.deepEqual([estimate.recipients, audience.numbers, copy.segmentsPerSecond], [100, numbers, 900]);
    }
    const [first] = copies as [Campaign];
    await sms.campaigns.send(account, first.id);
    for (const step of ['pause', 'resume'] as const) {
      await sms.campaigns[step](account, first.id);
      assert.equal((await sms.campaigns.duplicate(account, first.id)).state, 'draft');
    }
    await sms.campaigns.cancel(account, first.id);
    assert.ok(operator.submitted.length < 100);
  });

  describe('that is planned', () => {
    const changed = (asked: Promise<unknown>): Promise<unknown> =>
      asked.then(
        () => 'sent',
        (error: unknown) => (error as SmsError).details?.changed,
      );

    it('goes to exactly those it was planned for, whoever came and went since', async () => {
      const { sms, account, operator } = await world();
      const before = await people(sms, account, 3, { tags: ['vip'], firstName: 'Asha' });
      const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
      const campaign = await draft(sms, account, { text: 'Habari {{first_name}}', segmentIds: [segment.id] });
      const plan = await sms.campaigns.plan(account, campaign.id);
      assert.deepEqual([plan.recipients, plan.cost, plan.histogram], [3, 3 * credit, { 1: 3 }]);
      assert.equal((await sms.accounts.balance(account)).held, 0);
      await people(sms, account, 2, { tags: ['vip'], firstName: 'Juma' });
      await sms.contacts.upsertMany(account, [{ phone: before[0]!, firstName: 'Zuhura' }], 'update');
      await sms.campaigns.send(account, campaign.id, { planId: plan.id });
      await reaches(sms, campaign, 'completed');
      assert.deepEqual(operator.submitted.map(({ recipient }) => recipient).sort(), before.sort());
      assert.ok(operator.submitted.every(({ text }) => text === 'Habari Asha'));
    });

    it('says what has changed, and can be planned again', async () => {
      const { sms, account, clock } = await world();
      const campaign = await draft(sms, account, { numbers: [newNumber()] });
      const send = ({ id }: Plan): Promise<unknown> => sms.campaigns.send(account, campaign.id, { planId: id });
      const plan = (): Promise<Plan> => sms.campaigns.plan(account, campaign.id);
      const first = await plan();
      await sms.accounts.approveSender(account, 'NYINGINE');
      await sms.campaigns.update(account, campaign.id, { senderId: 'NYINGINE', lane: 'transactional' });
      assert.deepEqual(await changed(send(first)), ['sender', 'settings']);
      const second = await plan();
      await sms.accounts.setPrice({ accountId: account, prefix: '255', credits: 700 });
      assert.deepEqual(await changed(send(second)), ['price']);
      const third = await plan();
      assert.equal(third.cost, 700);
      clock.move(24 * hourMs + 1);
      assert.deepEqual(await changed(send(third)), ['plan']);
      assert.deepEqual(await changed(send(first)), ['plan']);
      assert.equal(await changed(send(await plan())), 'sent');
    });

    it('goes out though its group and segment were deleted since, and not from a sender that was suspended', async () => {
      const { sms, account, operator, database } = await world();
      const [phone = ''] = await people(sms, account, 1, { tags: ['vip'] });
      const group = await sms.groups.create(account, { name: 'Wateja' });
      const member = newNumber();
      await sms.groups.add(account, group.id, member);
      const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
      const campaign = await draft(sms, account, { groupIds: [group.id], segmentIds: [segment.id] });
      const plan = await sms.campaigns.plan(account, campaign.id);
      await sms.groups.delete(account, group.id);
      await sms.segments.delete(account, segment.id);
      assert.equal(await refusal(sms.campaigns.plan(account, campaign.id)), 'not_found');
      await setSender(database, account, 'suspended');
      assert.deepEqual(await changed(sms.campaigns.send(account, campaign.id, { planId: plan.id })), ['sender']);
      await setSender(database, account, 'approved');
      await sms.campaigns.send(account, campaign.id, { planId: plan.id });
      await reaches(sms, campaign, 'completed');
      assert.deepEqual(operator.submitted.map(({ recipient }) => recipient).sort(), [phone, member].sort());
    });

    it('holds its credit and its audience until its time', async () => {
      const { sms, account, operator, clock } = await world();
      const campaign = await draft(sms, account, { numbers: [newNumber()], scheduledAt: Date.now() + hourMs });
      const plan = await sms.campaigns.plan(account, campaign.id);
      const sent = await sms.campaigns.send(account, campaign.id, { planId: plan.id });
      assert.equal(sent.state, 'scheduled');
      assert.equal((await sms.accounts.balance(account)).held, credit);
      assert.equal(operator.submitted.length, 0);
      clock.move(hourMs + 1);
      await reaches(sms, campaign, 'completed');
      assert.equal(operator.submitted.length, 1);
    });
  });

  describe('that is scheduled', () => {
    it('looks at its segments when its time comes, and pays for those', async () => {
      const made = await world();
      const { sms, account, operator, clock } = made;
      await people(sms, account, 2, { tags: ['vip'] });
      const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
      const campaign = await draft(sms, account, { segmentIds: [segment.id], scheduledAt: Date.now() + hourMs });
      await sms.campaigns.send(account, campaign.id);
      assert.equal((await sms.accounts.balance(account)).held, 2 * credit);
      await people(sms, account, 3, { tags: ['vip'] });
      clock.move(hourMs + 1);
      const done = await reaches(sms, campaign, 'completed');
      assert.deepEqual([done.estimate.recipients, operator.submitted.length], [5, 5]);
      assert.deepEqual(
        (await told(made)).map(([type]) => type).filter((type) => type !== 'campaign.progress'),
        ['campaign.started', 'campaign.completed'],
      );
    });

    it('is a draft again, with the reason and its credit, when it cannot start', async () => {
      const made = await world({ credits: 3 * credit });
      const { sms, account, clock } = made;
      await people(sms, account, 2, { tags: ['vip'] });
      const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
      const campaign = await draft(sms, account, { segmentIds: [segment.id], scheduledAt: Date.now() + hourMs });
      await sms.campaigns.send(account, campaign.id);
      await people(sms, account, 3, { tags: ['vip'] });
      clock.move(hourMs + 1);
      assert.equal((await reaches(sms, campaign, 'draft')).reason, 'insufficient_balance');
      assert.deepEqual((await sms.accounts.balance(account)).available, 3 * credit);
      assert.deepEqual(
        (await told(made)).map(([type, { reason }]) => [type, reason]),
        [['campaign.failed', 'insufficient_balance']],
      );
      await sms.accounts.topUp(account, 10 * credit);
      await sms.campaigns.send(account, campaign.id);
      await reaches(sms, campaign, 'completed');
    });

    it('is a draft again, with its credit, when its group was deleted, or one that its segment leaves out', async () => {
      const { sms, account, operator, clock } = await world();
      await people(sms, account, 2);
      const group = await sms.groups.create(account, { name: 'Wasiosumbuliwa' });
      await sms.groups.add(account, group.id, newNumber());
      const segment = await sms.segments.create(account, { name: 'wengine', rule: { not: { group: group.id } } });
      const scheduledAt = Date.now() + hourMs;
      const grouped = await draft(sms, account, { groupIds: [group.id], scheduledAt });
      const others = await draft(sms, account, { segmentIds: [segment.id], scheduledAt });
      for (const { id } of [grouped, others]) await sms.campaigns.send(account, id);
      assert.equal((await sms.accounts.balance(account)).held, 3 * credit);
      await sms.groups.delete(account, group.id);
      clock.move(hourMs + 1);
      for (const campaign of [grouped, others]) {
        assert.equal((await reaches(sms, campaign, 'draft')).reason, 'not_found');
        assert.equal(await refusal(sms.campaigns.send(account, campaign.id)), 'not_found');
      }
      assert.deepEqual([(await sms.accounts.balance(account)).held, operator.submitted.length], [0, 0]);
      await sms.campaigns.update(account, grouped.id, { groupIds: [], numbers: [newNumber()], scheduledAt: null });
      await sms.campaigns.send(account, grouped.id);
      await reaches(sms, grouped, 'completed');
    });

    it('pays what holds when it starts, and does not start while its account is suspended', async () => {
      const { sms, account, operator, clock } = await world();
      const other = await openAccount(sms, { credits: enough });
      const scheduledAt = Date.now() + hourMs;
      const dear = await draft(sms, account, { numbers: [newNumber(), newNumber()], scheduledAt });
      const stopped = await draft(sms, other, { numbers: [newNumber()], scheduledAt });
      for (const { accountId, id } of [dear, stopped]) await sms.campaigns.send(accountId, id);
      await sms.accounts.setPrice({ accountId: account, prefix: '255', credits: 2_500 });
      await sms.accounts.suspend(other);
      clock.move(hourMs + 1);
      assert.equal((await reaches(sms, dear, 'completed')).estimate.cost, 5_000);
      await eventually('it is paid', async () => (await sms.accounts.balance(account)).captured === 5_000);
      assert.equal((await reaches(sms, stopped, 'draft')).reason, 'account_suspended');
      assert.deepEqual([(await sms.accounts.balance(other)).held, operator.submitted.length], [0, 2]);
      await sms.accounts.resume(other);
      await sms.campaigns.send(other, stopped.id);
      await reaches(sms, stopped, 'completed');
    });

    it('starts in one of two processes', async () => {
      const { sms, account, operator, clock, database } = await world();
      const other = await openPlatform(database);
      await other.sms.start();
      const campaigns = await Promise.all(
        [1, 2, 3].map(() =>
          draft(sms, account, { numbers: [newNumber(), newNumber()], scheduledAt: Date.now() + hourMs }),
        ),
      );
      for (const { id } of campaigns) await sms.campaigns.send(account, id);
      clock.move(hourMs + 1);
      other.clock.move(hourMs + 1);
      for (const campaign of campaigns) await reaches(sms, campaign, 'completed');
      await other.sms.stop({ deadlineMs: 1_000 });
      assert.equal(operator.submitted.length + other.operator.submitted.length, 6);
      const lists = await storedRows(database, 'sms_send_lists');
      assert.equal(lists.filter(({ state }) => state === 'completed').length, 3);
    });
  });

  it('stops when its sender ID is no longer approved, and says so', async () => {
    const { sms, account, database, operator } = await world({ segmentsPerSecond: 50, maxAhead: 50 });
    const campaign = await draft(sms, account, { numbers: Array.from({ length: 500 }, newNumber) });
    await sms.campaigns.send(account, campaign.id);
    await eventually('some have left', () => operator.submitted.length > 5);
    await setSender(database, account, 'suspended');
    assert.equal((await reaches(sms, campaign, 'paused')).reason, 'sender_not_approved');
    const atRest = (await sms.campaigns.get(account, campaign.id)).campaign;
    assert.equal((await sms.campaigns.resume(account, campaign.id)).state, 'sending');
    assert.equal((await reaches(sms, atRest, 'paused')).reason, 'sender_not_approved', 'it is looked at again');
    await setSender(database, account, 'approved');
    await sms.campaigns.resume(account, campaign.id);
    await sms.campaigns.cancel(account, campaign.id);
  });

  it('forgets a person who is erased, also where nothing was sent yet', async () => {
    const { sms, account, database, operator, clock } = await world();
    const [gone, stays] = [newNumber(), newNumber()];
    const { id } = await sms.contacts.create(account, { phone: gone, firstName: 'Zuhura' });
    const campaign = await draft(sms, account, {
      text: 'Habari {{first_name|default:"rafiki"}}',
      numbers: [gone, stays],
      scheduledAt: Date.now() + hourMs,
    });
    const plan = await sms.campaigns.plan(account, campaign.id);
    await sms.campaigns.send(account, campaign.id, { planId: plan.id });
    await sms.contacts.erase(account, id);
    const everything = await everythingStored(database);
    for (const trace of [gone, 'Zuhura']) assert.equal(everything.includes(trace), false, trace);
    clock.move(hourMs + 1);
    await reaches(sms, campaign, 'completed');
    assert.deepEqual(
      operator.submitted.map(({ recipient }) => recipient),
      [stays],
    );
    assert.equal((await sms.accounts.balance(account)).held, 0);
  });

  it('goes on behind people who were erased, and ends where the last of them was', async () => {
    const { sms, account, operator, clock } = await world({ maxAhead: 1 });
    const [first, gone, alsoGone, last, goneLast] = [1, 2, 3, 4, 5].map(newNumber) as [string, ...string[]];
    const campaign = await draft(sms, account, {
      numbers: [first, gone, alsoGone, last, goneLast] as string[],
      scheduledAt: Date.now() + hourMs,
    });
    const { id: planId } = await sms.campaigns.plan(account, campaign.id);
    await sms.campaigns.send(account, campaign.id, { planId });
    for (const phone of [gone, alsoGone, goneLast] as string[]) {
      const { id } = await sms.contacts.create(account, { phone });
      await sms.contacts.erase(account, id);
    }
    clock.move(hourMs + 1);
    await reaches(sms, campaign, 'completed');
    assert.deepEqual(
      operator.submitted.map(({ recipient }) => recipient),
      [first, last],
    );
    assert.equal((await sms.accounts.balance(account)).held, 0);
  });

  it('forgets people who are erased while it is planned and while it is sent', async () => {
    const { sms, account, operator, database } = await world({ maxAhead: 200 });
    const phones = await people(sms, account, 2_500, { tags: ['vip'] });
    const segment = await sms.segments.create(account, { name: 'vip', rule: { tags: ['vip'] } });
    const campaign = await draft(sms, account, { segmentIds: [segment.id] });
    const gone = [phones[0], phones[1_000], phones[2_499]] as [string, string, string];
    const erase = (phone: string): Promise<true> =>
      // While a message to the number is being handed over it is to be asked for again.
      eventually('the person is erased', async () => {
        const contact = await sms.contacts.findByPhone(account, phone);
        if (!contact) return true;
        return sms.contacts.erase(account, contact.id).then(
          () => true as const,
          (error: unknown) => (error as SmsError).code !== 'conflict' && Promise.reject(error as Error),
        );
      });
    const [planned] = await Promise.allSettled([sms.campaigns.plan(account, campaign.id), erase(gone[0])]);
    if (planned.status === 'rejected') assert.equal((planned.reason as SmsError).code, 'conflict');
    const plan = await sms.campaigns.plan(account, campaign.id);
    await sms.campaigns.send(account, campaign.id, { planId: plan.id });
    await eventually('some have left', () => operator.submitted.length > 50);
    await Promise.all([erase(gone[1]), erase(gone[2])]);
    await reaches(sms, campaign, 'completed');
    const everything = await everythingStored(database);
    for (const phone of gone) assert.equal(everything.includes(phone), false, phone);
    assert.equal(
      operator.submitted.some(({ recipient }) => recipient === gone[0]),
      false,
    );
  });

  it('is refused what it cannot be, and is nobody else’s', async () => {
    const { sms, account } = await world({ start: false });
    const stranger = await openAccount(sms);
    const { id } = await draft(sms, account);
    const page = { limit: 1, offset: 0 };
    for (const who of [stranger, 'nobody']) {
      assert.equal(await refusal(sms.campaigns.get(who, id)), 'not_found');
      assert.equal(await refusal(sms.campaigns.update(who, id, { name: 'x' })), 'not_found');
      assert.equal(await refusal(sms.campaigns.send(who, id)), 'not_found');
      assert.equal(await refusal(sms.campaigns.messages(who, id, {}, page)), 'not_found');
    }
    const group = await sms.groups.create(stranger, { name: 'Yao' });
    assert.equal(await refusal(draft(sms, account, { groupIds: [group.id] })), 'not_found');
    assert.equal(
      await refusal(draft(sms, account, { numbers: Array.from({ length: 10_001 }, () => '0712345678') })),
      'too_many_recipients',
    );
    await sms.accounts.suspend(account);
    assert.equal(await refusal(sms.campaigns.send(account, id)), 'account_suspended');
  });
}

/** Changes the state of an account's sender IDs, as an operator of the platform does. */
async function setSender(
  { name, options }: TestDatabase,
  account: string,
  state: 'approved' | 'suspended',
): Promise<void> {
  const knex = hostKnex(name, options);
  await whenFree(() => knex('sms_sender_ids').where({ account_id: account }).update({ state }));
  await whenFree(() => knex('sms_accounts').where({ id: account }).increment('version', 1));
  await knex.destroy();
}
