import assert from 'node:assert/strict';
import { SmsError } from '../errors.js';
import { importColumns } from './import-columns.js';

const read = (first: (string | null)[], row: (string | null)[] = first): object => {
  const contact = importColumns({ row: 1, cells: first }).read(row);
  return JSON.parse(JSON.stringify(contact)) as object;
};
const phone = '+255712345678';

describe('the columns of an import', () => {
  it('go by the names people give them', () => {
    assert.deepEqual(
      read(
        ['Namba ya simu', 'First Name', 'SURNAME', 'e-mail', 'Notes', 'Tags', 'Language', 'Ujumbe'],
        [...[phone, 'Asha', 'Mushi', ' a@b.co ', 'x', 'vip; new |', 'sw', 'Habari']],
      ),
      {
        ...{ phone, firstName: 'Asha', lastName: 'Mushi', email: 'a@b.co', notes: 'x', tags: ['vip', ' new '] },
        ...{ locale: 'sw', attributes: { message: 'Habari' } },
      },
    );
  });

  it('leave out what is empty, so that an update keeps it', () => {
    assert.deepEqual(read(['phone', 'first_name', 'city', 'tags'], [phone, null, null]), { phone });
  });

  it('are seen without a header', () => {
    assert.deepEqual(read([phone]), { phone });
    assert.deepEqual(read([phone, 'Asha Juma Mushi']), { phone, firstName: 'Asha', lastName: 'Juma Mushi' });
    assert.deepEqual(read(['Asha', phone, 'a@b.co', 'Mushi', 'Arusha']), {
      ...{ phone, email: 'a@b.co', firstName: 'Asha', lastName: 'Mushi', attributes: { column_5: 'Arusha' } },
    });
    const { titles, headerRow } = importColumns({ row: 3, cells: [phone, 'Asha'] });
    assert.deepEqual([titles, headerRow], [[], 0]);
  });

  it('keep a whole name where there is no other', () => {
    assert.deepEqual(read(['phone', 'name', 'first_name'], [phone, 'Asha Mushi', null]), {
      ...{ phone, firstName: 'Asha', lastName: 'Mushi' },
    });
    assert.deepEqual(read(['phone', 'name', 'first_name'], [phone, 'Asha Mushi', 'Neema']), {
      ...{ phone, firstName: 'Neema' },
    });
  });

  it('tell numbers and truth from text, and lose nothing', () => {
    const cells = ['1500', '-2.5', '0', 'true', '007', '1e3', '12345678901234567', '1.50', '0712', ' 7', 'TRUE'];
    const { attributes } = importColumns({
      row: 1,
      cells: ['phone', ...cells.map((_, index) => `c${index}`)],
    }).read([phone, ...cells]);
    assert.deepEqual(Object.values(attributes ?? {}), [
      ...[1500, -2.5, 0, true, '007', '1e3', '12345678901234567', '1.50', '0712', ' 7', 'TRUE'],
    ]);
  });

  it('know the titles and where the people begin', () => {
    const { titles, headerRow } = importColumns({ row: 3, cells: [' Phone ', null, 'City'] });
    assert.deepEqual([titles, headerRow], [['Phone', null, 'City'], 3]);
  });

  it('have long names cut, and two of a name told apart', () => {
    const long = 'x'.repeat(60);
    assert.deepEqual(read(['phone', long, 'City', 'city'], [phone, 'a', 'b', 'c']), {
      phone,
      attributes: { [long.slice(0, 50)]: 'a', city: 'b', city_2: 'c' },
    });
  });

  for (const [name, cells, sentence] of [
    ['without numbers', ['name', 'city'], /no column of phone numbers/],
    [
      'with too many of its own',
      ['phone', ...Array.from({ length: 51 }, (_, at) => `c${at}`)],
      /has 51 columns beside/,
    ],
  ] as const) {
    it(`refuse a file ${name}`, () => {
      assert.throws(
        () => importColumns({ row: 1, cells: [...cells] }),
        (error) => error instanceof SmsError && error.code === 'file_invalid' && sentence.test(error.message),
      );
    });
  }
});
