import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describeOnDatabases } from '../support/databases.js';
import { sheetRows, workbookMaker } from '../support/workbooks.js';
import { dataOf, openApiHost, refusalOf, until, type ApiHost, type Customer, type Shown } from './api-host.js';

const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';
const credit = 1_000;
const path = '/messages/file';

/** The vendor's own example: no header, the number and then the message. */
const texts = '+255712345601,Habari Asha!\n+255712345602,"Habari Juma, karibu!"\n';
const people = 'phone,first_name,amount\n0712345601,Asha,1500\n0712345602,,200\n';

/** Of numbers that ask nothing of the simulated operator. */
const manyRows = (count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const [thousands, last] = [Math.floor(index / 900), index % 900];
    return `+25571${String(thousands).padStart(4, '0')}${String(last).padStart(3, '0')},Habari ${index}\n`;
  }).join('');

describeOnDatabases('API: files of messages', (open) => {
  let host: ApiHost;
  let customer: Customer;

  before(async () => {
    host = await openApiHost(open);
  });
  beforeEach(async () => {
    customer = await host.open();
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));
  afterEach('no file is left', () =>
    assert.deepEqual(
      readdirSync(host.uploadFolder).filter((name) => name !== 'folder-id'),
      [],
    ),
  );

  const send = (file: string | Buffer, fields: Record<string, string> = {}) => customer.upload(path, file, fields);

  /** Sends a file, and waits until all of its messages have their end. */
  async function delivered(file: string | Buffer, fields: Record<string, string> = {}): Promise<Shown> {
    const { uuid } = await dataOf(send(file, fields));
    return until(async () => {
      const shown = await dataOf(customer.get(`/messages/files/${uuid}`));
      return shown.completed_at !== null && shown.delivered === shown.accepted ? shown : undefined;
    });
  }

  const sent = async (uuid: string): Promise<unknown[][]> => {
    const { items } = await dataOf(customer.get(`/messages?file_uuid=${uuid}&page_size=100`));
    return items.map(({ to, message }) => [to, message]).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  };

  it('sends each row its own text, and tells how far it is', async () => {
    const answer = await dataOf(send(texts, { lane: 'transactional' }));
    const { uuid, created_at: createdAt, ...shown } = answer;
    assert.match(createdAt, /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
    assert.deepEqual(shown, {
      status: 'sending',
      file_name: 'watu.csv',
      size_bytes: Buffer.byteLength(texts),
      sender_id: 'MYAPP',
      lane: 'transactional',
      total_rows: 2,
      accepted: 2,
      rejected: 0,
      parts: 2,
      cost: 2,
      scheduled_at: null,
      completed_at: null,
      pause_reason: null,
      errors: [],
    });
    const done = await until(async () => {
      const now = await dataOf(customer.get(`/messages/files/${uuid}`));
      return now.delivered === 2 && now.status === 'completed' ? now : undefined;
    });
    const { queued, sent: count, failed, cancelled, skipped, eta_seconds: eta } = done;
    assert.deepEqual([queued, count, failed, cancelled, skipped, eta], [0, 2, 0, 0, 0, null]);
    assert.deepEqual(await sent(uuid), [
      ['+255712345601', 'Habari Asha!'],
      ['+255712345602', 'Habari Juma, karibu!'],
    ]);
    assert.deepEqual(await customer.balance(), { available: 98 * credit, held: 0 });
    const { items } = await dataOf(customer.get('/events?limit=100'));
    assert.deepEqual(
      items.filter(({ type }) => type === 'file.completed').map(({ data }) => data),
      [{ file_uuid: uuid, status: 'completed', file_name: 'watu.csv', accepted: 2, rejected: 0, reason: null }],
    );
  });

  it('fills a template with the columns of the file', async () => {
    const message = 'Habari {{first_name|default:"rafiki"}}, deni: {{amount}}';
    const { uuid } = await delivered(people, { message });
    assert.deepEqual(await sent(uuid), [
      ['+255712345601', 'Habari Asha, deni: 1500'],
      ['+255712345602', 'Habari rafiki, deni: 200'],
    ]);
  });

  it('prefers the text of the row to the given one, which all others share', async () => {
    const { uuid, parts } = await delivered('phone,message\n0712345601,Yako\n0712345602,\n', { message: 'Ya wote' });
    assert.equal(parts, 2);
    assert.deepEqual(await sent(uuid), [
      ['+255712345601', 'Yako'],
      ['+255712345602', 'Ya wote'],
    ]);
  });

  it('reads semicolons, tabs, unknown titles and workbooks', async () => {
    const { workbook } = await workbookMaker();
    for (const file of [
      texts.replaceAll(/^(\+\d+),/gm, '$1;'),
      texts.replaceAll(/^(\+\d+),/gm, '$1\t'),
      `Kwa nani,Nini\n${texts}`,
      `message,phone\n"Habari Asha!",0712345601\n"Habari Juma, karibu!",0712345602\n`,
      workbook({
        rows: sheetRows([
          ['255712345601', 'Habari Asha!'],
          ['255712345602', 'Habari Juma, karibu!'],
        ]),
      }),
    ]) {
      const { uuid } = await dataOf(send(file));
      await until(async () => ((await sent(uuid)).length === 2 ? true : undefined));
      assert.deepEqual(await sent(uuid), [
        ['+255712345601', 'Habari Asha!'],
        ['+255712345602', 'Habari Juma, karibu!'],
      ]);
    }
  });

  it('refuses rows with the reason, charges nothing for them, and sends the others', async () => {
    await host.sms.suppressions.add(customer.accountId, '+255712345609');
    const file = [
      'phone,message',
      '0712345601,Habari',
      'nobody,Habari',
      '+255222110000,Habari',
      '0712345602,',
      '0712345601,Habari',
      '0712345601,Habari tena',
      '0712345609,Habari',
      `0712345603,${'x'.repeat(1_700)}`,
      '2.55E+11,"=cmd()"',
    ].join('\n');
    const answer = await dataOf(send(file));
    assert.deepEqual([answer.total_rows, answer.accepted, answer.rejected, answer.cost], [9, 2, 7, 2]);
    const errors = answer.errors as { row: number; error: string; code: string }[];
    assert.deepEqual(
      errors.map(({ row, code }) => [row, code]),
      [
        [3, 'number_invalid'],
        [4, 'not_mobile'],
        [5, 'message_empty'],
        [6, 'invalid_request'],
        [8, 'opted_out'],
        [9, 'message_too_long'],
        [10, 'number_invalid'],
      ],
    );
    assert.match(errors[3]?.error ?? '', /in row 2 already/);
    assert.deepEqual((await dataOf(customer.get(`/messages/files/${answer.uuid}`))).errors, errors);
    const csv = await customer.get(`/messages/files/${answer.uuid}/errors`).expect(200);
    assert.equal(csv.headers['content-disposition'], 'attachment; filename="message-errors.csv"');
    const lines = csv.text.split('\r\n');
    assert.equal(lines[0], '\ufeffrow,error,phone,message');
    assert.match(lines[1] ?? '', /^3,"[^"]+",nobody,Habari$/);
    assert.match(lines[7] ?? '', /^10,.*,2.55E\+11,'=cmd\(\)$/);
    await until(async () => ((await sent(answer.uuid)).length === 2 ? true : undefined));
  });

  it('sends nothing without credit for all of it', async () => {
    const poor = await host.open({ credits: 3 * credit });
    const refused = await poor.upload(path, manyRows(4)).expect(402);
    assert.deepEqual(refused.body, {
      success: false,
      error: 'insufficient SMS units',
      code: 'insufficient_balance',
      details: { needed: 4, available: 3, shortfall: 1 },
    });
    assert.deepEqual(await poor.balance(), { available: 3 * credit, held: 0 });
    assert.equal((await dataOf(poor.get('/messages'))).total, 0);
    assert.equal((await dataOf(poor.get('/messages/files'))).total, 0);
  });

  it('refuses what is no file of messages, and keeps nothing of it', async () => {
    for (const [ask, status, code, error] of [
      [customer.upload(path, null, { lane: 'otp' }), 400, 'invalid_request', /^file is required/],
      [customer.post(path, { message: 'x' }), 415, 'unsupported_media_type', /^Content-Type must be multipart/],
      [send('%PDF-1.7\n'), 400, 'file_invalid', /is a PDF document/],
      [send(''), 400, 'file_invalid', /is empty/],
      [send('phone,message\n'), 400, 'file_invalid', /a header and no rows/],
      [
        send('phone\n0712345601\n'),
        400,
        'file_invalid',
        /^None of the 1 rows can be sent\. Row 2: the row has no message/,
      ],
      [send('phone\nnobody\n', { message: 'x' }), 400, 'file_invalid', /Row 2: the number/],
      [send(people, { message: 'Habari {{surname}}' }), 400, 'file_invalid', /there is no surname/],
      [send(people, { message: 'Habari {{first_name' }), 400, 'invalid_request', /does not close it/],
      [send(people, { message: '' }), 400, 'invalid_request', /^message is required$/],
      [send(texts, { sender_id: 'NOBODY' }), 400, 'sender_unknown', /^sender_id is not one/],
      [send(texts, { lane: 'express' }), 400, 'invalid_request', /^lane must be one of/],
      [send(texts, { scheduled_at: 'tomorrow' }), 400, 'invalid_request', /^scheduled_at must be an ISO 8601 time/],
      [send(texts, { scheduled_at: '2100-01-01T00:00:00Z' }), 400, 'invalid_request', /more than a year ahead/],
      [send(texts, { validity_seconds: '0' }), 400, 'invalid_request', /^validity_seconds must be at least 1$/],
      [send(texts, { colour: 'red' }), 400, 'invalid_request', /^unknown field: colour$/],
      [send(manyRows(50_001)), 400, 'file_invalid', /more than 50,000 rows/],
      [send(Buffer.alloc(10 * 1024 * 1024 + 1)), 413, 'payload_too_large', /^the file is larger than 10485760 bytes$/],
    ] as const) {
      const refused = await refusalOf(ask, status);
      assert.match(refused.error, error);
      assert.equal(refused.code, code);
    }
    assert.equal((await dataOf(customer.get('/messages/files'))).total, 0);
    assert.deepEqual(await customer.balance(), { available: 100 * credit, held: 0 });
  });

  it('gives a repeat the first answer and charges once, also when both come at once', async () => {
    const twoCredits = await host.open({ credits: 2 * credit });
    const ask = (file = texts) => twoCredits.upload(path, file).set('idempotency-key', 'texts-1');
    const [first, second] = await Promise.all([ask().expect(200), ask().expect(200)]);
    const third = await ask().expect(200);
    assert.equal(first.text, second.text);
    assert.equal(third.text, first.text);
    assert.equal(third.headers['idempotent-replayed'], 'true');
    assert.equal((await refusalOf(ask(`${texts}+255712345603,x\n`), 422)).code, 'idempotency_mismatch');
    assert.equal((await dataOf(twoCredits.get('/messages/files'))).total, 1);
    assert.equal((await twoCredits.balance()).available, 0);
    await until(async () => ((await dataOf(twoCredits.get('/messages'))).total === 2 ? true : undefined));
  });

  it('waits for its time, is paused, resumed and cancelled', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const scheduled = await dataOf(send(texts, { scheduled_at: inAnHour }));
    assert.equal(scheduled.status, 'scheduled');
    assert.deepEqual(await customer.balance(), { available: 98 * credit, held: 2 * credit });
    assert.equal((await refusalOf(customer.post(`/messages/files/${scheduled.uuid}/pause`), 409)).code, 'conflict');
    assert.equal((await dataOf(customer.delete(`/messages/files/${scheduled.uuid}`))).status, 'cancelled');
    assert.deepEqual(await customer.balance(), { available: 100 * credit, held: 0 });
    for (const ask of [
      customer.delete(`/messages/files/${scheduled.uuid}`),
      customer.post(`/messages/files/${scheduled.uuid}/pause`),
      customer.post(`/messages/files/${scheduled.uuid}/resume`),
    ]) {
      assert.equal((await refusalOf(ask, 409)).code, 'conflict');
    }

    const rich = await host.open({ credits: 20_000 * credit });
    const { uuid } = await dataOf(rich.upload(path, manyRows(10_000)));
    assert.equal((await dataOf(rich.post(`/messages/files/${uuid}/pause`))).status, 'paused');
    assert.equal((await dataOf(rich.post(`/messages/files/${uuid}/resume`))).status, 'sending');
    assert.equal((await dataOf(rich.delete(`/messages/files/${uuid}`))).status, 'cancelled');
    const countOf = async (status: string): Promise<number> =>
      (await dataOf(rich.get(`/messages?file_uuid=${uuid}&status=${status}`))).total;
    await until(async () => ((await countOf('queued')) + (await countOf('sent')) === 0 ? true : undefined));
    assert.deepEqual(await rich.balance(), { available: (20_000 - (await countOf('delivered'))) * credit, held: 0 });
  });

  it('lists newest first, and shows nobody another account’s files', async () => {
    const first = await delivered(texts);
    const second = await delivered(people, { message: 'x' });
    const { items, total } = await dataOf(customer.get('/messages/files?page_size=1'));
    assert.deepEqual([items.map(({ uuid }) => uuid), total], [[second.uuid], 2]);
    const stranger = await host.open();
    for (const id of [first.uuid, noId, 'x']) {
      for (const ask of [
        stranger.get(`/messages/files/${id}`),
        stranger.get(`/messages/files/${id}/errors`),
        stranger.delete(`/messages/files/${id}`),
        stranger.post(`/messages/files/${id}/pause`),
        stranger.post(`/messages/files/${id}/resume`),
      ]) {
        assert.equal((await refusalOf(ask, 404)).error, 'file not found');
      }
    }
    assert.equal((await dataOf(stranger.get('/messages/files'))).total, 0);
    assert.equal((await dataOf(stranger.get(`/messages?file_uuid=${first.uuid}`))).total, 0);
  });

  it('asks for the scope, and for an account that is not suspended', async () => {
    const other = await customer.withScopes('contacts');
    for (const ask of [
      other.upload(path, texts),
      other.get('/messages/files'),
      other.get(`/messages/files/${noId}`),
      other.get(`/messages/files/${noId}/errors`),
      other.post(`/messages/files/${noId}/pause`),
      other.post(`/messages/files/${noId}/resume`),
      other.delete(`/messages/files/${noId}`),
    ]) {
      assert.equal((await refusalOf(ask, 403)).error, 'token lacks required scope: messages');
    }
    await host.sms.accounts.suspend(customer.accountId);
    assert.equal((await refusalOf(send(texts), 403)).code, 'account_suspended');
  });

  it('takes 50,000 rows', async () => {
    const rich = await host.open({ credits: 50_000 * credit });
    const answer = await dataOf(rich.upload(path, manyRows(50_000)));
    assert.deepEqual([answer.accepted, answer.cost], [50_000, 50_000]);
    await dataOf(rich.delete(`/messages/files/${answer.uuid}`));
  });
});
