import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { uuidV7Ids } from '../ids.js';
import { UploadFolder } from './upload-folder.js';

const ids = uuidV7Ids({ now: () => Date.now() });
const noId = '01a1fd3f-2cc1-7000-905c-f7e70dcc1a66';

describe('the folder of uploads', () => {
  let parent = '';
  let path = '';
  let folder: UploadFolder;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'ujumbe-folder-'));
    path = join(parent, 'a', 'uploads');
    folder = new UploadFolder({ folder: path, isPublic: false }, ids);
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const receive = (content: string, name?: string | null) =>
    folder.receive(Readable.from([Buffer.from(content)]), name);
  const files = (): string[] => readdirSync(path).filter((name) => name !== 'folder-id');

  it('is not there before the first file', async () => {
    assert.equal(await folder.identity(), undefined);
    assert.deepEqual(await folder.olderThan(Date.now()), []);
    assert.equal(existsSync(path), false);
  });

  it('keeps a file for its owner’s eyes alone, and knows what is in it', async () => {
    const file = await receive('simu\n', 'watu.csv');
    assert.equal(readFileSync(folder.pathOf(file.id), 'utf8'), 'simu\n');
    assert.deepEqual(
      [file.name, file.sizeBytes, file.sha256, file.folderId],
      ['watu.csv', 5, createHash('sha256').update('simu\n').digest('hex'), await folder.identity()],
    );
    if (process.platform !== 'win32') {
      assert.equal(statSync(folder.pathOf(file.id)).mode & 0o077, 0);
      assert.equal(statSync(path).mode & 0o077, 0);
    }
  });

  it('has one identity, whoever asks, and keeps it', async () => {
    const others = Array.from({ length: 5 }, () => new UploadFolder({ folder: path, isPublic: false }, ids));
    const received = await Promise.all(others.map((other) => other.receive(Readable.from([Buffer.from('x')]))));
    assert.equal(new Set(received.map(({ folderId }) => folderId)).size, 1);
    assert.equal(await folder.identity(), received[0]?.folderId);
    rmSync(path, { recursive: true });
    assert.equal((await receive('x')).folderId, received[0]?.folderId);
    assert.equal(readFileSync(join(path, 'folder-id'), 'utf8'), received[0]?.folderId);
  });

  it('refuses a folder whose identity is none', async () => {
    const file = await receive('x');
    await folder.release(file);
    writeFileSync(join(path, 'folder-id'), 'x');
    const other = new UploadFolder({ folder: path, isPublic: false }, ids);
    await assert.rejects(other.receive(Readable.from([Buffer.from('x')])), /holds no identity; remove the file/);
    assert.deepEqual(files(), []);
  });

  it('removes what is released, unless it was taken', async () => {
    const [one, two] = [await receive('1'), await receive('2')];
    folder.take(two);
    await folder.release(one);
    await folder.release(two);
    await folder.release({ ...one, id: noId });
    assert.deepEqual(files(), [two.id]);
    await folder.remove(two.id);
    await folder.remove(two.id);
    assert.deepEqual(files(), []);
  });

  it('leaves nothing of a stream that breaks', async () => {
    const broken = new Readable({ read: () => undefined });
    const receiving = folder.receive(broken);
    broken.push('half');
    setImmediate(() => broken.destroy(new Error('cut off')));
    await assert.rejects(receiving, /cut off/);
    assert.deepEqual(files(), []);
  });

  it('has a file before its content can break, and nothing of it afterwards', async () => {
    let seen: string[] = [];
    const broken = new Readable({
      read() {
        seen = files();
        this.destroy(new Error('cut off'));
      },
    });
    await assert.rejects(folder.receive(broken), /cut off/);
    assert.equal(seen.length, 1);
    assert.deepEqual(files(), []);
  });

  it('leaves nothing of a stream that broke before it was received', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.on('error', () => undefined).destroy(new Error('cut off'));
    await assert.rejects(folder.receive(broken));
    assert.deepEqual(files(), []);
    const gone = new Readable({ read: () => undefined });
    gone.destroy();
    await assert.rejects(folder.receive(gone));
    assert.deepEqual(files(), []);
  });

  it('finds the files nobody has touched since a time', async () => {
    const [old, young] = [await receive('1'), await receive('2')];
    utimesSync(folder.pathOf(old.id), 1, 1);
    assert.deepEqual(await folder.olderThan(Date.now() - 1_000), [old.id]);
    assert.ok(files().includes(young.id));
  });

  it('keeps names as far as they are names', async () => {
    const names = ['\0\n', '  ', '', null, 'a\ud800b', `${'x'.repeat(199)}😀`];
    const kept = [];
    for (const name of names) kept.push((await receive('x', name)).name);
    assert.deepEqual(kept, [null, null, null, null, 'ab', 'x'.repeat(199)]);
  });

  it('is not used where somebody else made it in a public place', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const { chownSync, mkdirSync } = await import('node:fs');
    mkdirSync(path, { recursive: true });
    chownSync(path, 12_345, 12_345);
    const open = new UploadFolder({ folder: path, isPublic: true }, ids);
    await assert.rejects(open.receive(Readable.from([Buffer.from('x')])), /belongs to somebody else/);
    assert.deepEqual(readdirSync(path), []);
  });
});
