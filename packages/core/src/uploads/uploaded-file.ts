import type { Readable } from 'node:stream';

/** A file that came in: on disk, and nobody's until something is done with it. */
export interface UploadedFile {
  readonly id: string;
  /** As its sender calls it; says nothing reliable about what it is. */
  readonly name: string | null;
  readonly sizeBytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** Which folder it is in: other machines may have folders of their own. */
  readonly folderId: string;
}

/** Where files wait until they have been read. */
export interface Uploads {
  /**
   * Streams a file to disk. Whoever receives it releases it in the end.
   *
   * @throws what the stream fails with; nothing is left of the file then
   */
  receive(content: Readable, name?: string | null): Promise<UploadedFile>;
  /** Removes the file, unless an import has taken it over. */
  release(file: UploadedFile): Promise<void>;
}
