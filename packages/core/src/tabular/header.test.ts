import assert from 'node:assert/strict';
import { readHeader, type ColumnName } from './header.js';

describe('readHeader', () => {
  const names: [titles: (string | null)[], names: (ColumnName | null)[]][] = [
    [
      ['phone', 'first_name', 'last_name', 'email', 'message'],
      ['phone', 'first_name', 'last_name', 'email', 'message'],
    ],
    [
      ['MSISDN', 'FirstName', 'LASTNAME', 'E-mail', 'Msg'],
      ['phone', 'first_name', 'last_name', 'email', 'message'],
    ],
    [
      ['Mobile No.', ' First  Name ', 'Surname'],
      ['phone', 'first_name', 'last_name'],
    ],
    [
      ['Simu', 'Jina', 'Ujumbe'],
      ['phone', 'first_name', 'message'],
    ],
    [
      ['Nambari ya simu', 'Jina kamili', 'Barua pepe'],
      ['phone', 'name', 'email'],
    ],
    [
      ['Téléphone', 'Prénom', 'Nom', 'Courriel'],
      ['phone', 'first_name', 'last_name', 'email'],
    ],
    [
      ['nambari', 'jina'],
      ['phone', 'first_name'],
    ],
    [
      ['Number', 'Name', 'Phone'],
      [null, 'name', 'phone'],
    ],
    [
      ['Number', 'Name'],
      ['phone', 'name'],
    ],
    [
      ['Name', 'Contact'],
      ['name', 'phone'],
    ],
    [
      ['Phone', 'Mobile'],
      ['phone', null],
    ],
    [
      ['２phone', 'ｐｈｏｎｅ'],
      [null, 'phone'],
    ],
  ];
  for (const [titles, expected] of names) {
    it(`recognises ${titles.join(', ')}`, () => {
      const { headerless, columns, phoneColumn } = readHeader(titles);
      assert.equal(headerless, false);
      assert.deepEqual(
        columns.map(({ name }) => name),
        expected,
      );
      assert.equal(phoneColumn, expected.indexOf('phone'));
    });
  }

  it('gives every column a key that a template can say, and no two the same', () => {
    const { columns } = readHeader([
      'Phone',
      'Shule ya mtoto',
      null,
      'Mobile',
      'shule-ya-mtoto',
      '???',
      'Âge',
      'PHONE',
    ]);
    assert.deepEqual(
      columns.map(({ column, key }) => [column, key]),
      [
        [0, 'phone'],
        [1, 'shule_ya_mtoto'],
        [3, 'mobile'],
        [4, 'shule_ya_mtoto_2'],
        [5, 'column_6'],
        [6, 'age'],
        [7, 'phone_2'],
      ],
    );
  });

  for (const phone of [
    '255712345678',
    '+255 712 345 678',
    '0712345678',
    '2.55713E+11',
    '255712345678.0',
    '="0712345678"',
  ]) {
    it(`says that a row with ${phone} is data`, () => {
      assert.deepEqual(readHeader(['Juma', phone]), { headerless: true, columns: [], phoneColumn: 1 });
    });
  }

  for (const title of ['2026', '2026-01-31', '31/01/2026', '1', 'Group 255712345678']) {
    it(`takes ${title} for a title`, () => assert.equal(readHeader(['name', title]).headerless, false));
  }

  it('says that no column holds phone numbers', () => {
    assert.equal(readHeader(['Name', 'Email']).phoneColumn, null);
  });
});
