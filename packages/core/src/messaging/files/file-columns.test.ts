import assert from 'node:assert/strict';
import { fileColumns } from './file-columns.js';

const phone = '+255712345678';

function read(first: (string | null)[], { hasText = false, row = first } = {}): unknown[] {
  const columns = fileColumns({ row: 1, cells: first }, hasText);
  return [columns.phone(row), columns.message(row)];
}

describe('the columns of a file of messages', () => {
  it('are number and message without a header', () => {
    assert.deepEqual(read([phone, 'Habari']), [phone, 'Habari']);
    assert.deepEqual(read([phone, 'Habari'], { hasText: true }), [phone, 'Habari']);
    assert.deepEqual(read(['Habari', phone]), [phone, 'Habari']);
    assert.deepEqual(read([phone]), [phone, null]);
  });

  it('go by their names', () => {
    const row = ['Asha', 'Habari', phone];
    assert.deepEqual(read(['name', 'message', 'phone'], { row }), [phone, 'Habari']);
    assert.deepEqual(read(['name', 'Ujumbe', 'simu'], { hasText: true, row }), [phone, 'Habari']);
  });

  it('are the first two where no name is known', () => {
    const row = [phone, 'Habari'];
    assert.deepEqual(read(['Kwa nani', 'Nini'], { row }), row);
    assert.deepEqual(read(['phone', 'Nini'], { row }), row);
    assert.deepEqual(read(['phone', 'city'], { hasText: true, row: [phone, 'Arusha'] }), [phone, null]);
  });

  it('can be named in a template, whatever case and spaces', () => {
    const columns = fileColumns({ row: 1, cells: ['Phone', 'First Name', 'Shule ya mtoto'] }, true);
    const row = [phone, ' Asha ', 'Uhuru'];
    for (const [name, value] of [
      ['phone', phone],
      ['first_name', 'Asha'],
      ['First name', 'Asha'],
      ['shule_ya_mtoto', 'Uhuru'],
      ['Shule ya mtoto', 'Uhuru'],
      ['surname', undefined],
    ] as const) {
      assert.equal(columns.value(row, name), value);
    }
    assert.equal(fileColumns({ row: 1, cells: [phone, 'Asha'] }, true).value([phone, 'Asha'], 'column_2'), 'Asha');
  });
});
