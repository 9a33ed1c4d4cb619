import { createHash } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isUuid } from '../ids.js';
import type { Ids } from '../runtime.js';
import type { UploadedFile, Uploads } from './uploaded-file.js';

/** The file that says which folder this is. On a shared disk all machines read the same. */
const identityFile = 'folder-id';
const longestName = 200;

/**
 * The folder of files that were uploaded and are not read to their end yet. It is made when the first file comes, so
 * that hosts without uploads have none.
 */
export class UploadFolder implements Uploads {
  #identity: string | undefined;
  /** Files that nothing has taken over yet. */
  readonly #untaken = new Set<string>();

  /** @param place.isPublic where everybody may make a folder, and somebody may have made ours to read what comes in */
  constructor(
    private readonly place: { folder: string; isPublic: boolean },
    private readonly ids: Ids,
  ) {}

  /** Which folder this is; undefined while there is none. */
  async identity(): Promise<string | undefined> {
    if (this.#identity !== undefined) return this.#identity;
    const written = await readFile(join(this.place.folder, identityFile), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    if (isUuid(written)) this.#identity = written;
    return this.#identity;
  }

  pathOf(id: string): string {
    return join(this.place.folder, id);
  }

  async receive(content: Readable, name: string | null = null): Promise<UploadedFile> {
    // It may break before anybody reads it; whoever reads it is told then.
    content.on('error', () => undefined);
    const id = this.ids.next();
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      const folderId = await this.#prepare();
      // There before anything is read: what made it only later would come after the removal of what broke.
      const file = await open(this.pathOf(id), 'wx', 0o600);
      await pipeline(
        content,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            sizeBytes += chunk.length;
            yield chunk;
          }
        },
        file.createWriteStream(),
      );
      this.#untaken.add(id);
      return { id, name: shownName(name), sizeBytes, sha256: hash.digest('hex'), folderId };
    } catch (error) {
      content.destroy();
      await this.remove(id);
      throw error;
    }
  }

  async release({ id }: UploadedFile): Promise<void> {
    if (this.#untaken.delete(id)) await this.remove(id);
  }

  /** What has a row that names it is removed by whoever is done with the row. */
  take({ id }: UploadedFile): void {
    this.#untaken.delete(id);
  }

  remove(id: string): Promise<void> {
    return rm(this.pathOf(id), { force: true });
  }

  /** The files that nobody has written to since a time. */
  async olderThan(timeMs: number): Promise<string[]> {
    const names = await readdir(this.place.folder).catch(() => []);
    const old = await Promise.all(
      names.filter(isUuid).map(async (name) => {
        const facts = await stat(this.pathOf(name)).catch(() => undefined);
        return facts && facts.mtimeMs < timeMs ? [name] : [];
      }),
    );
    return old.flat();
  }

  async #prepare(): Promise<string> {
    const known = await this.identity();
    if (known !== undefined && (await this.#isThere())) return known;
    const { folder, isPublic } = this.place;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (isPublic && (await stat(folder)).uid !== process.getuid?.()) {
      throw new Error(`The folder ${folder} belongs to somebody else; name another one for uploads.`);
    }
    // Written whole before it gets its name, which only one of several processes can give it.
    const draft = this.pathOf(this.ids.next());
    await writeFile(draft, known ?? this.ids.next(), { flag: 'wx', mode: 0o600 });
    await link(draft, join(folder, identityFile)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await rm(draft, { force: true });
    const identity = await this.identity();
    if (identity === undefined) {
      throw new Error(`${identityFile} in the folder of uploads holds no identity; remove the file.`);
    }
    return identity;
  }

  #isThere(): Promise<boolean> {
    return stat(this.place.folder).then(
      () => true,
      () => false,
    );
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A name without what no name has, and no longer than names are. */
function shownName(name: string | null): string | null {
  // eslint-disable-next-line no-control-regex -- Those characters are what it looks for.
  const shown = name?.replace(/[\x00-\x1f\x7f]|\p{Cs}/gu, '').trim() ?? '';
  return shown === '' ? null : shown.slice(0, longestName).replace(/\p{Cs}$/u, '');
}
