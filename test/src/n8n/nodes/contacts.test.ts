import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { dataOf } from '../../api/api-host.js';
import { byId, type Called } from '../support/node-call.js';
import { describeNode, failure, jsonOf, only, search, type How } from '../support/tried-node.js';

const phone = '+255712345678';
const nobody = '01890000-0000-7000-8000-000000000000';

describeNode('contacts, groups and suppressions', (tried) => {
  const contact = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
    tried.call('contact', operation, parameters, how);
  const group = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
    tried.call('group', operation, parameters, how);
  const suppression = (operation: string, parameters: object = {}, how: How = {}): Promise<Called> =>
    tried.call('suppression', operation, parameters, how);
  const newContact = async (number = phone, additionalFields: object = {}): Promise<IDataObject> =>
    only(await contact('create', { phone: number, additionalFields }));

  it('creates a contact with every field of the form', async () => {
    const additionalFields = {
      active: false,
      attributes: {
        attribute: [
          { name: 'city', value: 'Arusha' },
          { name: 'age', value: 30 },
        ],
      },
      email: 'asha@example.com',
      firstName: 'Asha',
      lastName: 'Juma',
      locale: 'sw-TZ',
      notes: 'x',
      optedInAt: '2026-01-01T09:00:00',
      tags: 'vip, arusha',
    };
    const made = only(
      await contact('create', { phone: '0712345678', additionalFields }, { timezone: 'Africa/Nairobi' }),
    );
    const { uuid: _, created_at: __, updated_at: ___, network: ____, ...shown } = made;
    assert.deepEqual(shown, {
      phone,
      first_name: 'Asha',
      last_name: 'Juma',
      email: 'asha@example.com',
      notes: 'x',
      locale: 'sw-TZ',
      tags: ['vip', 'arusha'],
      attributes: { city: 'Arusha', age: 30 },
      active: false,
      opted_in_at: '2026-01-01T06:00:00Z',
      opted_out_at: null,
    });
    const twice = await failure(contact('create', { phone }));
    assert.deepEqual([twice.httpCode, (twice.description ?? '').includes('conflict')], ['409', true]);
  });

  it('creates once, updates after, and empties what is emptied', async () => {
    const first = only(await contact('upsert', { phone, additionalFields: { firstName: 'Asha', notes: 'x' } }));
    const second = only(await contact('upsert', { phone, additionalFields: { lastName: 'Juma', notes: '' } }));
    assert.deepEqual([first.created, second.created, second.uuid], [true, false, first.uuid]);
    assert.deepEqual([second.first_name, second.last_name, second.notes], ['Asha', 'Juma', null]);
    const updateFields = { phone: '0712345679', tags: ['a', 'b'], optedInAt: '' };
    const changed = only(await contact('update', { contactId: byId(first.uuid as string), updateFields }));
    assert.deepEqual([changed.phone, changed.tags, changed.opted_in_at], ['+255712345679', ['a', 'b'], null]);
    const wrong = await failure(contact('upsert', { phone: '12' }));
    assert.match(wrong.description ?? '', /number_invalid/);
    const late = await failure(contact('upsert', { phone, additionalFields: { optedInAt: 'yesterday' } }));
    assert.equal(late.message, '"Opted In At" is not a time');
  });

  it('gets one contact, many of them by filters, and deletes', async () => {
    const made = await newContact(phone, { firstName: 'Asha', notes: 'x', tags: 'vip' });
    const contactId = byId(made.uuid as string);
    assert.equal(only(await contact('get', { contactId })).notes, undefined);
    assert.equal(only(await contact('get', { contactId, simplify: false })).notes, 'x');
    for (let index = 0; index < 104; index++) await newContact(`+25571${String(1_000_000 + index)}`);
    const all = await contact('getAll', { returnAll: true });
    assert.deepEqual([jsonOf(all).length, all.requests.length], [105, 2]);
    assert.equal(jsonOf(await contact('getAll', { limit: 7 })).length, 7);
    assert.equal(only(await contact('getAll', { filters: { search: 'asha' } })).uuid, made.uuid);
    const rule = { tags: ['vip'] };
    const { uuid: segment } = await dataOf(tried.customer.post('/segments', { name: 'VIP', rule }));
    const inSegment = only(await contact('getAll', { filters: { segmentId: byId(segment) }, simplify: false }));
    assert.equal(inSegment.notes, 'x');
    assert.deepEqual(only(await contact('delete', { contactId })), { deleted: true });
    const gone = await failure(contact('delete', { contactId }));
    assert.deepEqual([gone.message, gone.httpCode], ['Contact not found', '404']);
    const person = await newContact(phone);
    const erased = await contact('delete', { contactId: byId(person.uuid as string), options: { erase: true } });
    assert.deepEqual(only(erased), { deleted: true, erased: true });
  });

  it('makes groups and puts a thousand numbers into one in a request', async () => {
    const made = only(await group('create', { name: 'VIP', additionalFields: { description: 'Who buys much' } }));
    assert.deepEqual([made.name, made.description], ['VIP', 'Who buys much']);
    assert.equal((await failure(group('create', { name: 'vip' }))).httpCode, '409');
    const groupId = byId(made.uuid as string);
    const items = Array.from({ length: 1_200 }, () => ({}));
    const numberOf = (index: number): string => (index === 700 ? 'nonsense' : `+25571${String(1_000_000 + index)}`);
    const how: How = { items, onError: 'continueRegularOutput' };
    const added = await group('addContact', { groupId, phone: numberOf }, how);
    assert.equal(added.requests.length, 2);
    const output = added.outputs[0]!;
    assert.deepEqual(output[1_199]?.json, { group_uuid: made.uuid, phone: numberOf(1_199), added: true });
    assert.deepEqual([output[700]!.json.code, output[700]!.pairedItem], ['number_invalid', { item: 700 }]);
    const stopped = await failure(group('addContact', { groupId, phone: numberOf }, { items }));
    assert.equal(stopped.context.itemIndex, 700);
    const listed = only(await group('getAll', { returnAll: true }));
    assert.deepEqual([listed.uuid, listed.contact_count], [made.uuid, 1_199]);
    const taken = await group('removeContact', { groupId, phone: numberOf(0) });
    assert.deepEqual(only(taken), { deleted: true });
    assert.equal((await failure(group('removeContact', { groupId, phone: numberOf(0) }))).httpCode, '404');
    assert.equal((await failure(group('addContact', { groupId: byId(nobody), phone }))).httpCode, '404');
  });

  it('gets, changes and deletes a group', async () => {
    const { uuid } = only(await group('create', { name: 'VIP' }));
    const groupId = byId(uuid as string);
    const changed = only(await group('update', { groupId, updateFields: { name: 'Gold', description: 'x' } }));
    assert.deepEqual([changed.name, changed.description], ['Gold', 'x']);
    const emptied = only(await group('update', { groupId, updateFields: { description: '' } }));
    assert.deepEqual([emptied.name, emptied.description], ['Gold', null]);
    assert.equal(only(await group('get', { groupId })).name, 'Gold');
    assert.deepEqual(only(await group('delete', { groupId })), { deleted: true });
    const gone = await failure(group('get', { groupId }));
    assert.deepEqual([gone.message, gone.context.itemIndex], ['Group not found', 0]);
    assert.equal((await failure(group('get', { groupId: byId('') }))).message, '"Group" is empty');
  });

  it('stops messages to a number, and allows them again', async () => {
    const added = only(await suppression('add', { phone, additionalFields: { reason: 'by phone' } }));
    assert.deepEqual([added.phone, added.reason], [phone, 'by phone']);
    assert.equal(only(await suppression('check', { phone })).suppressed, true);
    assert.deepEqual(only(await suppression('remove', { phone: '0712345678' })), { deleted: true });
    assert.equal(only(await suppression('check', { phone })).suppressed, false);
    assert.deepEqual(only(await suppression('remove', { phone })), { deleted: false });
    const wrong = await suppression(
      'add',
      { phone: (index: number) => [phone, '12'][index] },
      { items: [{}, {}], onError: 'continueErrorOutput' },
    );
    assert.deepEqual(
      wrong.outputs[0]?.map(({ json, pairedItem }) => [json.code, pairedItem]),
      [
        [undefined, { item: 0 }],
        ['number_invalid', { item: 1 }],
      ],
    );
  });

  it('offers contacts and messages in its form', async () => {
    const { uuid } = await newContact(phone, { firstName: 'Asha', lastName: 'Juma' });
    const contacts = await search(tried, 'searchContacts', 'ash');
    assert.deepEqual(contacts.results, [{ name: `Asha Juma ${phone}`, value: uuid }]);
    const sent = await dataOf(tried.customer.post('/messages', { to: phone, message: 'Habari' }));
    await dataOf(tried.customer.post('/messages', { to: '+255712345679', message: 'Nyingine' }));
    const messages = await search(tried, 'searchMessages', phone);
    assert.deepEqual([messages.results.length, messages.results[0]?.value], [1, sent.uuid]);
    assert.match(messages.results[0]?.name ?? '', /^\+255712345678 · \w+ · Habari$/);
    assert.equal((await search(tried, 'searchMessages')).results.length, 2);
  });
});
