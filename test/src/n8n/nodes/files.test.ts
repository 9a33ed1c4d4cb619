import assert from 'node:assert/strict';
import type { IDataObject } from 'n8n-workflow';
import { dataOf, until } from '../../api/api-host.js';
import { byId, type Called } from '../support/node-call.js';
import { sheetRows, workbookMaker } from '../../support/workbooks.js';
import { describeNode, failure, only, type How } from '../support/tried-node.js';

const csv = (...rows: string[]): { fileName: string; content: string } => ({
  fileName: 'watu.csv',
  content: `${rows.join('\n')}\n`,
});

describeNode('files', (tried) => {
  const sendFromFile = (parameters: object, how: How): Promise<Called> =>
    tried.call('message', 'sendFromFile', parameters, how);
  const importFromFile = (parameters: object, how: How): Promise<Called> =>
    tried.call('contact', 'importFromFile', parameters, how);

  it('sends the rows of a file, each with its text', async () => {
    const file = csv('phone,name,amount', '0712345671,Asha,500', '12,Nobody,1', '0712345672,Juma,70');
    const called = await sendFromFile({ message: 'Habari {{name}}, deni ni {{amount}}.' }, { files: [file] });
    const sent = only(called);
    assert.deepEqual(
      [sent.file_name, sent.accepted, sent.rejected, (sent.errors as IDataObject[])[0]?.code],
      ['watu.csv', 2, 1, 'number_invalid'],
    );
    assert.deepEqual(called.outputs[0]![0]!.pairedItem, { item: 0 });
    const messages = await until(async () => {
      const { items } = await dataOf(tried.customer.get(`/messages?file_uuid=${sent.uuid as string}`));
      return items.length === 2 ? items : undefined;
    });
    assert.deepEqual(messages.map(({ message }) => message).sort(), [
      'Habari Asha, deni ni 500.',
      'Habari Juma, deni ni 70.',
    ]);
  });

  it('sends the rows of a workbook', async () => {
    const { workbook } = await workbookMaker();
    const rows = sheetRows([
      ['phone', 'name'],
      ['0712345671', 'Ndïmi'],
    ]);
    const files = [{ fileName: 'watu.xlsx', content: workbook({ rows }) }];
    const sent = only(await sendFromFile({ message: 'Habari {{name}}' }, { files }));
    assert.deepEqual([sent.file_name, sent.accepted], ['watu.xlsx', 1]);
    const [message] = await until(async () => {
      const { items } = await dataOf(tried.customer.get(`/messages?file_uuid=${sent.uuid as string}`));
      return items.length === 1 ? items : undefined;
    });
    assert.equal(message?.message, 'Habari Ndïmi');
  });

  it('sends with every field of the form', async () => {
    const at = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const parameters = {
      senderId: { __rl: true, mode: 'name', value: 'MYAPP' },
      additionalFields: { lane: 'transactional', scheduledAt: `${at}T09:00:00`, validitySeconds: 3_600 },
    };
    const files = [csv('phone,message', '0712345671,Moja')];
    const sent = only(await sendFromFile(parameters, { files, timezone: 'Africa/Nairobi' }));
    assert.deepEqual([sent.sender_id, sent.lane, sent.scheduled_at], ['MYAPP', 'transactional', `${at}T06:00:00Z`]);
  });

  it('sends each file once in an execution that is retried, and one for each item', async () => {
    const files = [csv('phone,message', '0712345671,Moja'), csv('phone,message', '0712345672,Mbili')];
    const how = { files, executionId: 'same' };
    const first = await sendFromFile({}, how);
    const again = await sendFromFile({}, how);
    const uuids = (called: Called): unknown[] => (called.outputs[0] ?? []).map(({ json }) => json.uuid);
    assert.deepEqual(uuids(again), uuids(first));
    assert.equal(new Set(uuids(first)).size, 2);
    const key = { additionalFields: { idempotencyKey: 'invoices-may' } };
    const own = only(await sendFromFile(key, { files: files.slice(0, 1) }));
    assert.equal(only(await sendFromFile(key, { files: files.slice(0, 1) })).uuid, own.uuid);
  });

  it('sends a file whose name is nobody’s to choose, and one without a name', async () => {
    const content = 'phone,message\n0712345671,Moja\n';
    const odd = only(await sendFromFile({}, { files: [{ fileName: 'a"b\r\nX-Bad: 1.csv', content }] }));
    assert.match(odd.file_name as string, /^a%22b%0D%0AX-Bad: 1\.csv$/);
    assert.equal(only(await sendFromFile({}, { files: [{ fileName: 'bei ya Ñandú.csv', content }] })).accepted, 1);
    assert.equal(only(await sendFromFile({}, { files: [{ content }] })).accepted, 1);
  });

  it('says what is wrong with a file, and with an item that has none', async () => {
    const files = [csv('phone,message', '0712345671,x'), { fileName: 'a.pdf', content: '%PDF-1.7 …' }];
    const refused = await failure(sendFromFile({}, { files }));
    assert.deepEqual([refused.context.itemIndex, (refused.description ?? '').includes('file_invalid')], [1, true]);
    const none = await failure(sendFromFile({}, { items: [{}] }));
    assert.match(none.message, /binary file 'data'/);
    assert.equal(none.context.itemIndex, 0);
    const other = await failure(importFromFile({ binaryPropertyName: ' ' }, { files }));
    assert.equal(other.message, '"Input Binary Field" is empty');
    const { outputs } = await sendFromFile({}, { files, onError: 'continueErrorOutput' });
    assert.deepEqual(
      outputs[0]?.map(({ json, error }) => [json.accepted, json.code, error !== undefined]),
      [
        [1, undefined, false],
        [undefined, 'file_invalid', true],
      ],
    );
    const poor = await tried.host.open({ credits: 0 });
    const unpaid = await failure(sendFromFile({}, { files: files.slice(0, 1), credential: tried.credentialOf(poor) }));
    assert.match(unpaid.description ?? '', /insufficient_balance/);
  });

  it('imports contacts into a group, and tells how it went', async () => {
    const { uuid: group } = await dataOf(tried.customer.post('/groups', { name: 'VIP' }));
    await tried.customer.post('/contacts', { phone: '0712345671', first_name: 'Old' }).expect(200);
    const file = csv('phone,first_name', '0712345671,Asha', '0712345672,Juma');
    const options = { groupId: byId(group), merge: 'skip' };
    const started = only(await importFromFile({ options }, { files: [file] }));
    // n8n takes a field of this name for a failure.
    assert.deepEqual(['error' in started, started.error_reason, started.merge], [false, null, 'skip']);
    const done = await until(async () => {
      const shown = await dataOf(tried.customer.get(`/contacts/uploads/${started.uuid as string}`));
      return shown.status === 'completed' ? shown : undefined;
    });
    assert.deepEqual([done.imported, done.skipped], [1, 1]);
    const { items } = await dataOf(tried.customer.get(`/groups/${group}/contacts`));
    assert.deepEqual(items.map(({ first_name: name }) => name).sort(), ['Juma', 'Old']);
  });

  it('imports a file once in an execution that is retried, and refuses what is no file of contacts', async () => {
    const how = { files: [csv('phone', '0712345671')], executionId: 'same' };
    const first: IDataObject = only(await importFromFile({}, how));
    assert.equal(only(await importFromFile({}, how)).uuid, first.uuid);
    const unknown = { options: { groupId: byId('01890000-0000-7000-8000-000000000000') } };
    assert.equal((await failure(importFromFile(unknown, { files: how.files }))).httpCode, '404');
    const reader = await tried.customer.withScopes('messages');
    const unscoped = await failure(importFromFile({}, { ...how, credential: tried.credentialOf(reader) }));
    assert.match(unscoped.description ?? '', /whose token has this scope.*scope_missing/);
  });
});
