import assert from 'node:assert/strict';
import { NamesUnderWay } from './names-under-way.js';

const segment = (upstreamId: string) => ({
  transport: 'operator',
  upstreamId,
  messageId: '00000000-0000-7000-8000-000000000000',
  segment: 1,
  accountId: '00000000-0000-7000-8000-000000000001',
});

describe('NamesUnderWay', () => {
  it('lets a receipt wait until its name is written, in whichever form it has it', async () => {
    for (const [named, meant] of [
      ['777', '777'],
      ['B8BE19', '00b8be19'],
      ['B8BE19', '12107289'],
      ['12107289', 'b8be19'],
    ] as const) {
      const names = new NamesUnderWay();
      let write: (value: unknown) => void = () => undefined;
      names.add([segment('1'), segment(named)], new Promise((resolve) => (write = resolve)));
      let isOver = false;
      const waited = names.wait('operator', meant)!.then(() => (isOver = true));
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(isOver, false, meant);
      write(undefined);
      await waited;
      assert.equal(names.wait('operator', meant), undefined);
    }
  });

  it('keeps nobody waiting for what nobody writes', () => {
    const names = new NamesUnderWay();
    assert.equal(names.wait('operator', '777'), undefined);
    names.add([segment('777')], new Promise(() => undefined));
    assert.equal(names.wait('operator', '778'), undefined);
    assert.equal(names.wait('another', '777'), undefined);
  });

  it('lets it go when the name could not be written, and when that takes long', async () => {
    const names = new NamesUnderWay();
    names.add([segment('1')], Promise.reject(new Error('the disk is full')));
    await names.wait('operator', '1');
    names.add([segment('2')], new Promise(() => undefined));
    await Promise.all([names.wait('operator', '2'), names.wait('operator', '2')]);
  });

  it('waits for the newer of two names that are the same', async () => {
    const names = new NamesUnderWay();
    names.add([segment('1')], Promise.resolve());
    names.add([segment('1')], new Promise(() => undefined));
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(names.wait('operator', '1'));
  });
});
