import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describeOnDatabases } from '../support/databases.js';
import { dataOf, openApiHost, refusalOf, until, type ApiHost, type Customer, type Shown } from './api-host.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const watu = 'phone,first_name,city\n0712345601,Asha,Arusha\n0712345602,Juma,Dodoma\n';

/** Waits for an import to be over, and answers it. */
export const ended = (by: Customer, uuid: string): Promise<Shown> =>
  until(async () => {
    const shown = await dataOf(by.get(`/contacts/uploads/${uuid}`));
    return shown.completed_at === null ? undefined : shown;
  });

/** Imports a file to its end. */
async function imported(by: Customer, file: string | Buffer, fields: Record<string, string> = {}): Promise<Shown> {
  const { uuid } = await dataOf(by.upload('/contacts/import', file, fields));
  return ended(by, uuid);
}

const counts = ({ status, total_rows, imported: made, updated, skipped, failed }: Shown): unknown[] => [
  status,
  total_rows,
  made,
  updated,
  skipped,
  failed,
];

describeOnDatabases('API: imports of contacts', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open, { uploadLimitBytes: 300_000 });
  });
  beforeEach(async () => {
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));
  afterEach('no file is left', () =>
    until(() =>
      readdirSync(host.uploadFolder).filter((name) => name !== 'folder-id').length === 0 ? true : undefined,
    ),
  );

  const contacts = async (): Promise<Shown[]> =>
    (await dataOf(customer.get('/contacts?page_size=100'))).items.sort((a, b) =>
      String(a.phone) < String(b.phone) ? -1 : 1,
    );

  it('answers at once, and then tells how far it is', async () => {
    const answer = await dataOf(customer.upload('/contacts/import', watu));
    assert.match(answer.uuid, /^[0-9a-f-]{36}$/);
    assert.deepEqual([answer.upload_uuid, answer.status, answer.completed_at], [answer.uuid, 'pending', null]);
    const {
      uuid,
      created_at: createdAt,
      completed_at: completedAt,
      started_at: startedAt,
      ...shown
    } = await ended(customer, answer.uuid);
    assert.equal(uuid, answer.uuid);
    for (const time of [createdAt, completedAt, startedAt]) assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
    assert.deepEqual(shown, {
      status: 'completed',
      total_rows: 2,
      imported: 2,
      failed: 0,
      errors: [],
      updated: 0,
      skipped: 0,
      merge: 'update',
      group_uuid: null,
      file_name: 'watu.csv',
      size_bytes: watu.length,
      error: null,
    });
    const [asha, juma] = await contacts();
    assert.deepEqual([asha?.phone, asha?.first_name, asha?.attributes], ['+255712345601', 'Asha', { city: 'Arusha' }]);
    assert.deepEqual([juma?.phone, juma?.network], ['+255712345602', 'Yas']);
    const { items } = await dataOf(customer.get('/events'));
    const told = items.filter(({ type }) => type === 'contacts.imported');
    assert.deepEqual(
      told.map(({ data }) => data),
      [
        {
          ...{ uuid, status: 'completed', file_name: 'watu.csv', total_rows: 2 },
          ...{ imported: 2, updated: 0, skipped: 0, failed: 0, error: null },
        },
      ],
    );
  });

  it('merges as it is told', async () => {
    await imported(customer, watu);
    const changed = 'phone,last_name,city,age\n+255712345601,Mushi,,30\n255712345603,Neema,Mbeya,7\n';
    assert.deepEqual(counts(await imported(customer, changed, { merge: 'skip' })), ['completed', 2, 1, 0, 1, 0]);
    assert.deepEqual(
      (await contacts()).map((one) => one.last_name),
      [null, null, 'Neema'],
    );
    assert.deepEqual(counts(await imported(customer, changed)), ['completed', 2, 0, 2, 0, 0]);
    let [asha] = await contacts();
    assert.deepEqual(
      [asha?.first_name, asha?.last_name, asha?.attributes],
      ['Asha', 'Mushi', { city: 'Arusha', age: 30 }],
    );
    await imported(customer, changed, { merge: 'overwrite' });
    [asha] = await contacts();
    assert.deepEqual([asha?.first_name, asha?.last_name, asha?.attributes], [null, 'Mushi', { age: 30 }]);
  });

  it('adds everybody to a group, those who are contacts already too', async () => {
    await customer.post('/contacts', { phone: '0712345601' }).expect(200);
    const group = await dataOf(customer.post('/groups', { name: 'Wateja' }));
    const done = await imported(customer, watu, { group_uuid: group.uuid, merge: 'skip' });
    assert.deepEqual([...counts(done), done.group_uuid], ['completed', 2, 1, 0, 1, 0, group.uuid]);
    assert.equal((await dataOf(customer.get(`/groups/${group.uuid}`))).contact_count, 2);
    await imported(customer, watu, { group_uuid: group.uuid });
    assert.equal((await dataOf(customer.get(`/groups/${group.uuid}/contacts`))).total, 2);
  });

  it('tells what is wrong with rows, and gives all of them back as a file', async () => {
    const bad = Array.from({ length: 150 }, (_, index) => `not ${index},"=cmd(),x"\n`).join('');
    const file = `phone,first_name\n0712345601,Asha\n2.55E+11,Juma\n,Nobody\n+255222110000,Fixed\n${bad}0712345602,Neema\n`;
    const done = await imported(customer, file);
    assert.deepEqual(counts(done), ['completed', 155, 2, 0, 0, 153]);
    const errors = done.errors as { row: number; error: string; code: string }[];
    assert.equal(errors.length, 100);
    assert.deepEqual(
      errors.slice(0, 4).map(({ row, code }) => [row, code]),
      [
        [3, 'number_invalid'],
        [4, 'number_invalid'],
        [5, 'not_mobile'],
        [6, 'number_invalid'],
      ],
    );
    assert.match(errors[0]?.error ?? '', /rounded the number/);
    assert.match(errors[1]?.error ?? '', /no phone number/);
    const answer = await customer.get(`/contacts/uploads/${done.uuid}/errors`).expect(200);
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="import-errors.csv"');
    const lines = answer.text.split('\r\n');
    assert.equal(lines.length, 155);
    assert.deepEqual(lines.slice(0, 2), [
      '\ufeffrow,error,phone,first_name',
      '3,the spreadsheet has rounded the number and lost digits; format the column as text and enter it again,2.55E+11,Juma',
    ]);
    assert.match(lines[4] ?? '', /^6,"the number [^"]+",not 0,"'=cmd\(\),x"$/);
  });

  it('keeps nothing of a person who is erased in the rows that were refused', async () => {
    const { uuid } = await imported(customer, 'phone,email\n0712345601,nobody\n0712345602,neither\n');
    const { uuid: contact } = await dataOf(customer.post('/contacts', { phone: '0712345601' }));
    await customer.delete(`/contacts/${contact}?erase=true`).expect(200);
    const { text } = await customer.get(`/contacts/uploads/${uuid}/errors`).expect(200);
    assert.deepEqual(text.split('\r\n').slice(1), [
      '2,email is not valid',
      '3,email is not valid,0712345602,neither',
      '',
    ]);
  });

  it('gives a repeat the first answer, and refuses another file under its key', async () => {
    const send = (file: string, fields = {}) =>
      customer.upload('/contacts/import', file, fields).set('idempotency-key', 'watu-1');
    const [first, second] = await Promise.all([send(watu).expect(200), send(watu).expect(200)]);
    const third = await send(watu).expect(200);
    assert.equal(first.text, second.text);
    assert.equal(first.text, third.text);
    assert.equal(third.headers['idempotent-replayed'], 'true');
    assert.equal((await refusalOf(send(`${watu}0712345609,Zuhura,\n`), 422)).code, 'idempotency_mismatch');
    assert.equal((await refusalOf(send(watu, { merge: 'skip' }), 422)).code, 'idempotency_mismatch');
    assert.equal((await dataOf(customer.get('/contacts/uploads'))).total, 1);
    await ended(customer, (await dataOf(customer.get('/contacts/uploads'))).items[0]?.uuid ?? '');
  });

  it('lists newest first, and stops what is not over', async () => {
    const uuids: string[] = [];
    for (let count = 0; count < 3; count++) {
      uuids.unshift((await dataOf(customer.upload('/contacts/import', watu))).uuid);
    }
    const { items, total, total_pages: pages } = await dataOf(customer.get('/contacts/uploads?page=1&page_size=2'));
    assert.deepEqual([items.map(({ uuid }) => uuid), total, pages], [uuids.slice(0, 2), 3, 2]);
    assert.equal('errors' in (items[0] ?? {}), false);
    const [last = ''] = uuids;
    const stopped = await customer.delete(`/contacts/uploads/${last}`);
    const shown = await ended(customer, last);
    assert.equal(shown.status, stopped.status === 200 ? 'cancelled' : 'completed');
    assert.equal((await refusalOf(customer.delete(`/contacts/uploads/${last}`), 409)).code, 'conflict');
    for (const uuid of uuids) await ended(customer, uuid);
  });

  it('shows nobody another account’s imports', async () => {
    const { uuid } = await dataOf(customer.upload('/contacts/import', watu));
    const stranger = await host.open();
    for (const id of [uuid, noId, 'x']) {
      for (const ask of [
        stranger.get(`/contacts/uploads/${id}`),
        stranger.get(`/contacts/uploads/${id}/errors`),
        stranger.delete(`/contacts/uploads/${id}`),
      ]) {
        assert.equal((await refusalOf(ask, 404)).error, 'upload not found');
      }
    }
    assert.equal((await dataOf(stranger.get('/contacts/uploads'))).total, 0);
    const { uuid: groupId } = await dataOf(customer.post('/groups', { name: 'Wateja' }));
    for (const id of [groupId, noId, 'x']) {
      const refused = await refusalOf(stranger.upload('/contacts/import', watu, { group_uuid: id }), 404);
      assert.equal(refused.error, 'group not found');
    }
    await ended(customer, uuid);
  });

  it('asks for the scope', async () => {
    const other = await customer.withScopes('messages');
    for (const ask of [
      other.upload('/contacts/import', watu),
      other.get('/contacts/uploads'),
      other.get(`/contacts/uploads/${noId}`),
      other.get(`/contacts/uploads/${noId}/errors`),
      other.delete(`/contacts/uploads/${noId}`),
    ]) {
      assert.equal((await refusalOf(ask, 403)).error, 'token lacks required scope: contacts');
    }
  });

  it('refuses forms that are none, and keeps nothing of them', async () => {
    const path = '/contacts/import';
    const form = (content: string | Buffer, type = 'multipart/form-data; boundary=x') =>
      customer.post(path).set('content-type', type).send(content);
    const part = (name: string, content: string, file = '; filename="a.csv"') =>
      `--x\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
    for (const [ask, status, error] of [
      [customer.upload(path, null, { merge: 'skip' }), 400, /^file is required/],
      [customer.post(path, {}), 415, /^Content-Type must be multipart\/form-data/],
      [form('phone\n0712345601\n', 'text/csv'), 415, /^Content-Type must be multipart/],
      [form('x', 'multipart/form-data'), 415, /boundary/],
      [form(part('file', watu)).set('content-encoding', 'gzip'), 415, /compressed/],
      [customer.upload(path, watu, { merge: 'perhaps' }), 400, /^merge must be one of skip, update, overwrite$/],
      [customer.upload(path, watu, { colour: 'red' }), 400, /^unknown field: colour$/],
      [customer.upload(path, watu, { group_uuid: 'x'.repeat(70_000) }), 400, /^group_uuid is longer than 65536 bytes$/],
      [customer.upload(path, Buffer.alloc(300_001)), 413, /^the file is larger than 300000 bytes$/],
      [customer.upload(path, Buffer.alloc(550_000)), 413, /^the file is larger than 300000 bytes$/],
      [customer.upload(path, watu).attach('other', Buffer.from('x'), 'b.csv'), 400, /more than one file/],
      [customer.upload(path, watu).field('merge', 'skip').field('merge', 'skip'), 400, /^merge is given twice$/],
      [form(part('file', watu)), 400, /cut off/],
      [form(`${part('file', watu)}${part('merge', 'skip', '')}`), 400, /cut off/],
      [form('phone\n0712345601\n'), 400, /cut off/],
      [form(''), 400, /./],
      [
        form(`${Array.from({ length: 21 }, (_, at) => part(`f${at}`, 'x', '')).join('')}--x--`),
        400,
        /more than 20 fields/,
      ],
      [form(`${part('file', watu).repeat(30)}--x--`), 400, /more than one file/],
      [form(`${part('', 'x', '')}--x--`), 400, /no name/],
      [form(`--x\r\n\r\n${'y'.repeat(2_500_000)}\r\n--x--`), 413, /larger/],
    ] as const) {
      const refused = await refusalOf(ask, status);
      assert.match(refused.error, error);
    }
    assert.equal((await dataOf(customer.get('/contacts/uploads'))).total, 0);
  });

  it('takes a file under any name of its part, and a form with an empty file beside it', async () => {
    const other = await dataOf(customer.post('/contacts/import').attach('contacts', Buffer.from(watu), 'a/b\\c.csv'));
    assert.equal((await ended(customer, other.uuid)).file_name, 'c.csv');
    const boundary = '--x\r\ncontent-disposition: form-data; name=';
    const chosen = await dataOf(
      customer
        .post('/contacts/import')
        .set('content-type', 'multipart/form-data; boundary=x')
        .send(`${boundary}"photo"; filename=""\r\n\r\n\r\n${boundary}"file"\r\n\r\n${watu}\r\n--x--\r\n`),
    );
    assert.deepEqual(counts(await ended(customer, chosen.uuid)), ['completed', 2, 0, 2, 0, 0]);
  });
});
